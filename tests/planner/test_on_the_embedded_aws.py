"""Plans made from what is really there, carried out by the real actions: they arrive, and nothing is left to do."""

from __future__ import annotations

import json
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate import inventory, triggers
from lambda_migrate.actions import Observed
from lambda_migrate.actions.function.pin_version import PinVersion
from lambda_migrate.config import Migration, parse
from lambda_migrate.engine.apply import bring
from lambda_migrate.errors import NotFound
from lambda_migrate.inventory.invocations import InvocationCounts
from lambda_migrate.planner import cutover, direct, proxy, retire
from lambda_migrate.proxy import layer
from tests.inventory.world import World, build
from tests.support.listening import Handler, listening
from tests.support.waiting import TIMEOUT, eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.inventory import Inventory

pytestmark = pytest.mark.sandbox


@dataclass
class Service:
    """A service that notes what it is sent and confirms SNS subscriptions."""

    url: str
    requests: list[tuple[str, str, dict[str, str], Any]] = field(default_factory=list)


@contextmanager
def serving() -> Iterator[Service]:
    service = Service("")

    class Noting(Handler):
        def serve(self) -> None:
            body = self.received()
            sent = json.loads(body) if body.startswith(b"{") else None
            service.requests.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, sent))
            if self.headers.get("x-amz-sns-message-type") == "SubscriptionConfirmation":
                urllib.request.urlopen(sent["SubscribeURL"], timeout=TIMEOUT).read()  # noqa: S310  # the embedded AWS
            self.answer(200, b"{}")

    with listening(Noting) as service.url:
        yield service


@dataclass
class Journey:
    """A function with its triggers, and the plans for it."""

    aws: Aws
    world: World
    config: Migration

    def take(self) -> Inventory:
        return inventory.take(self.aws, self.world.name, alias="live")

    def proxy(self, events: str = "all") -> Plan:
        sha256 = layer.build().sha256
        return proxy.plan(self.take(), self.config, events=events, layer_sha256=sha256, signing_key="first")

    def cutover(self, weights: list[int] | None = None) -> Plan:
        return cutover.plan(self.take(), self.config, weights=weights)

    def direct(self) -> Plan:
        found = self.take()
        resources = triggers.look_up(self.aws, found.function, self.config.service, found.triggers)
        return direct.plan(found, self.config, consumers=frozenset({self.world.queue}), resources=resources)

    def carry_out(self, plan: Plan) -> None:
        assert plan.blockers == ()
        for step in plan.steps:
            assert (step.id, step.action.observe(self.aws)) == (step.id, Observed.BEFORE)
            bring(step.action, self.aws, Observed.AFTER)

    def take_back(self, plan: Plan) -> None:
        for step in reversed(plan.steps):
            bring(step.action, self.aws, Observed.BEFORE)


@pytest.fixture
def service() -> Iterator[Service]:
    with serving() as service:
        yield service


@pytest.fixture
def journey(
    aws: Aws, client: Callable[[str], Any], make_function: Callable[..., str], unique: str, service: Service
) -> Journey:
    world = build(client, make_function(Environment={"Variables": {"PASSWORD": "hunter2"}}, Timeout=4))
    for name, value in (("keys", "first:secret"), ("api", "the-key")):
        client("secretsmanager").create_secret(Name=f"{unique}/{name}", SecretString=value)
    config = parse(
        f"function: {unique}\n"
        f"service: {{url: '{service.url}', api_key: 'secretsmanager:{unique}/api'}}\n"
        f"proxy: {{signing_keys: 'secretsmanager:{unique}/keys', base_path: /api}}\n"
    )
    return Journey(aws, world, config)


def test_a_plan_that_was_carried_out_leaves_nothing_to_do(journey: Journey, tmp_path: Path) -> None:
    for make in (journey.proxy, journey.cutover, journey.direct):
        plan = make()
        assert plan.steps != ()

        journey.carry_out(plan)

        assert make().steps == ()
    silence = InvocationCounts(since="", until="", quiet=journey.config.retire.quiet, known=True)
    ours = frozenset({journey.world.mapping})
    journey.carry_out(retire.plan(journey.take(), journey.config, silence, folder=str(tmp_path), ours=ours))
    with pytest.raises(NotFound, match=f"function `{journey.world.name}` does not exist"):
        journey.take()


def test_taking_a_plan_back_leaves_the_world_as_it_was(journey: Journey) -> None:
    plans, worlds = [], []
    for make in (journey.proxy, journey.cutover, journey.direct):
        worlds.append(journey.take())
        plans.append(make())
        journey.carry_out(plans[-1])

    for plan, world in zip(reversed(plans), reversed(worlds), strict=True):
        journey.take_back(plan)

        found = journey.take()
        assert found.triggers == world.triggers
        assert found.fingerprint == world.fingerprint


def test_a_canary_that_stopped_half_way_goes_on_from_there(journey: Journey, aws: Aws) -> None:
    journey.carry_out(journey.proxy())
    plan = journey.cutover(weights=[10, 50, 100])
    halted = [step.action.kind for step in plan.steps].index("shift_weight") + 1
    for step in plan.steps[:halted]:
        bring(step.action, aws, Observed.AFTER)

    rest = journey.cutover(weights=[10, 50, 100])

    assert [step.action for step in rest.steps] == [step.action for step in plan.steps[halted:]]
    journey.carry_out(rest)
    assert journey.take().function.aliases[0].weights == {}


def test_a_second_proxy_version_moves_only_weight_and_the_first_is_pinned(journey: Journey) -> None:
    journey.carry_out(journey.proxy("non-api"))
    journey.carry_out(journey.cutover())
    journey.carry_out(journey.proxy("all"))

    plan = journey.cutover()

    pin, *shifts = (step.action for step in plan.steps)
    assert pin == PinVersion(journey.world.name, "2")
    assert {action.kind for action in shifts} == {"shift_weight"}
    assert plan.summary == {"alias": "live", "from": "2", "to": "3", "events": "all"}


def test_direct_triggers_reach_the_service_with_the_path_the_event_and_the_key_that_it_expects(
    journey: Journey, client: Callable[[str], Any], service: Service
) -> None:
    world = journey.world
    for make in (journey.proxy, journey.cutover, journey.direct):
        journey.carry_out(make())
    service.requests.clear()

    for path in ("/api/orders/7?a=1", "/api/health"):
        call = urllib.request.Request(f"{journey.aws.endpoint_url}{path}")  # noqa: S310  # the embedded AWS
        call.add_header("Host", f"{world.api}.execute-api.localhost")
        urllib.request.urlopen(call, timeout=TIMEOUT).read()  # noqa: S310  # as above
    client("events").put_events(Entries=[{"Source": world.name, "DetailType": "paid", "Detail": '{"order": 7}'}])
    client("sns").publish(TopicArn=world.topic, Message="hello")
    eventually(lambda: len(service.requests) == 4)

    requests = [(method, path) for method, path, _, _ in service.requests[:2]]
    assert requests == [("GET", "/api/orders/7?a=1"), ("GET", "/api/health")]
    delivered = {("Message" in body): (path, headers, body) for _, path, headers, body in service.requests[2:]}
    path, headers, body = delivered[False]
    assert (path, headers["x-lambda-migrate-api-key"]) == ("/lambda-proxy-non-api-events", "the-key")
    assert set(body) == {"event"}
    assert (body["event"]["source"], body["event"]["detail"]) == (world.name, {"order": 7})
    path, headers, body = delivered[True]
    assert (path, headers["x-amz-sns-message-type"]) == ("/lambda-proxy-non-api-events", "Notification")
    assert body["Message"] == "hello"
