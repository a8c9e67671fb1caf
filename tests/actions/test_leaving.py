"""What the way back passes by, leaves in place, and finds again later."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.actions import Observed, action_to_dict
from lambda_migrate.actions.api_gateway.create_integration import CreateIntegration
from lambda_migrate.actions.api_gateway.point_route import PointRoute
from lambda_migrate.actions.function.configure_latest import ConfigureLatest
from lambda_migrate.actions.function.publish_version import PublishVersion
from lambda_migrate.actions.function.restore_latest import RestoreLatest
from lambda_migrate.actions.function.shift_weight import ShiftWeight
from lambda_migrate.actions.remove_leftover import RemoveLeftover
from lambda_migrate.actions.secrets.set_signing_keys import SetSigningKeys
from lambda_migrate.actions.sns.park_subscription import NEVER, ParkSubscription
from lambda_migrate.actions.sns.subscribe import Subscribe
from lambda_migrate.engine.apply import bring
from lambda_migrate.engine.executor import Executor
from lambda_migrate.engine.ledger import Identity, Ledger
from lambda_migrate.engine.plan import Plan, Step
from lambda_migrate.errors import AwsError, ConfigError, Drifted
from lambda_migrate.sandbox.unkindness import KIND, Unkindness
from tests.actions.stage import SECRET
from tests.actions.worlds_function import configure_latest, shift_weight
from tests.actions.worlds_triggers import point_rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws
    from tests.actions.stage import Stage

pytestmark = pytest.mark.sandbox

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:orders"


@pytest.fixture
def unkind(embedded_aws: EmbeddedAws) -> Iterator[Callable[..., None]]:
    yield lambda **settings: embedded_aws.be(Unkindness(**settings))
    embedded_aws.be(KIND)


def test_a_subscription_that_nobody_confirms_need_not_be_undone(
    stage: Stage, aws: Aws, unkind: Callable[..., None]
) -> None:
    unkind(confirmations_lost=1)
    action = Subscribe(stage.topic(), "http", "http://127.0.0.1:9/events", {})
    assert action.needless(aws) == ""
    action.apply(aws)

    assert action.observe(aws) is Observed.MOVING
    assert action.needless(aws) == ("nobody has confirmed it, so it delivers nothing; SNS drops it within 48 hours")


def test_a_subscription_that_nobody_confirms_is_passed_by_and_the_rest_goes_back(
    stage: Stage, aws: Aws, unkind: Callable[..., None], tmp_path: Path
) -> None:
    unkind(confirmations_lost=1)
    world = shift_weight(stage)
    waited: list[float] = []
    subscribed = Subscribe(stage.topic(), "http", "http://127.0.0.1:9/events", {})
    plan = Plan("direct", FUNCTION, "", (Step("shift", world.action), Step("subscribe", subscribed, trigger="sns:1")))
    identity = Identity("000000000000", "us-east-1", FUNCTION)
    with Ledger.open(tmp_path / "ledger.yaml", identity, command="cutover", by="alice") as ledger:
        with pytest.raises(AwsError, match="AWS is still working on it"):
            Executor(ledger, aws, sleep=lambda _seconds: None).run(plan)

        outcome = Executor(ledger, aws, sleep=waited.append).way_back()

    assert [(each.step.id, each.why) for each in outcome.stayed] == [("subscribe", "passed")]
    assert ([step.id for step in outcome.undone], waited, outcome.error()) == (["shift"], [], None)
    assert world.action.observe(aws) is Observed.BEFORE


def test_a_subscription_that_was_left_delivers_nothing_until_it_is_made_again_or_removed(
    stage: Stage, aws: Aws
) -> None:
    topic, queue = stage.topic(), stage.queue()
    action = Subscribe(topic, "sqs", queue, {"FilterPolicy": '{"kind": ["order"]}'})
    bring(action, aws, Observed.AFTER)
    made = stage.subscriptions(topic)

    action.leave(aws)
    assert (action.observe(aws), action.gone(aws)) == (Observed.BEFORE, False)
    bring(action, aws, Observed.AFTER)
    assert stage.subscriptions(topic) == made

    action.leave(aws)
    bring(RemoveLeftover(action_to_dict(action)), aws, Observed.AFTER)
    assert (action.gone(aws), stage.subscriptions(topic)) == (True, {})


def test_a_subscription_that_was_left_by_an_older_version_gets_the_retries_of_this_one(stage: Stage, aws: Aws) -> None:
    topic, queue = stage.topic(), stage.queue()
    earlier = Subscribe(topic, "sqs", queue, {"FilterPolicy": '{"kind": ["order"]}'})
    bring(earlier, aws, Observed.AFTER)
    earlier.leave(aws)
    policy = {"healthyRetryPolicy": {"numRetries": 70, "minDelayTarget": 5}}
    action = Subscribe(topic, "sqs", queue, {"DeliveryPolicy": json.dumps(policy)})

    bring(action, aws, Observed.AFTER)

    (subscription,) = stage.subscriptions(topic).values()
    assert json.loads(subscription["DeliveryPolicy"]) == policy


@pytest.mark.parametrize(("retries", "seen"), [(70, Observed.AFTER), (3, Observed.DRIFT)])
def test_what_aws_adds_to_a_delivery_policy_is_no_drift(stage: Stage, aws: Aws, retries: int, seen: Observed) -> None:
    topic, queue = stage.topic(), stage.queue()
    policy = {"healthyRetryPolicy": {"numRetries": 70, "minDelayTarget": 5}}
    action = Subscribe(topic, "sqs", queue, {"DeliveryPolicy": json.dumps(policy)})
    shown = {"healthyRetryPolicy": {"numRetries": retries, "minDelayTarget": 5, "maxDelayTarget": 20}, "guaranteed": 0}

    stage.subscription(topic, "sqs", queue, DeliveryPolicy=json.dumps(shown))

    assert action.observe(aws) is seen


def test_a_subscription_that_sns_takes_away_again_is_made_again_before_the_old_one_is_parked(
    stage: Stage, aws: Aws, unkind: Callable[..., None], tmp_path: Path
) -> None:
    unkind(dying_subscriptions=3.0)
    topic, queue, old = stage.topic(), stage.queue(), stage.queue("old")
    before = stage.subscription(topic, "sqs", old)
    subscribed = Subscribe(topic, "sqs", queue, {})
    bring(subscribed, aws, Observed.AFTER)
    bring(subscribed, aws, Observed.BEFORE)
    steps = (
        Step("subscribe", subscribed, propagation=3.5),
        Step("park", ParkSubscription(before, "topic", {})),
    )
    identity = Identity("000000000000", "us-east-1", FUNCTION)

    with Ledger.open(tmp_path / "ledger.yaml", identity, command="cutover", by="alice") as ledger:
        Executor(ledger, aws).run(Plan("direct", FUNCTION, "", steps))

    assert {end.rpartition(":")[2]: each["FilterPolicy"] for end, each in stage.subscriptions(topic).items()} == {
        queue.rpartition(":")[2]: {},
        old.rpartition(":")[2]: NEVER,
    }
    assert [record.id for record in ledger.records if record.event == "intent"] == ["subscribe", "subscribe", "park"]


def test_a_role_that_eventbridge_cannot_assume_yet_is_waited_for(
    stage: Stage, aws: Aws, unkind: Callable[..., None]
) -> None:
    world = point_rule(stage)
    unkind(roles_lag=3.0)

    bring(world.action, aws, Observed.AFTER)

    assert world.action.observe(aws) is Observed.AFTER


def test_where_latest_carries_no_proxy_nothing_is_undone_there(stage: Stage, aws: Aws) -> None:
    world = configure_latest(stage)
    assert isinstance(world.action, ConfigureLatest)
    there_and_back = world.action.joined(RestoreLatest(**vars(world.action)))
    assert there_and_back == world.action
    assert there_and_back.observe(aws) is Observed.BEFORE

    stage.reconfigure(Handler="other.handler", Environment={"Variables": {"ADDED": "meanwhile"}})
    assert world.action.needless(aws) == "$LATEST does not carry the proxy"


@pytest.mark.parametrize(
    ("held", "reason"),
    [
        (f"k1:{SECRET}", ""),
        (f"k1:{SECRET},k2:{SECRET}", ""),
        (f"k2:{SECRET}", "the secret holds other keys by now, which stay"),
        (None, "the secret holds other keys by now, which stay"),
    ],
)
def test_a_rotation_that_was_finished_or_a_secret_that_is_gone_need_not_be_undone(
    stage: Stage, aws: Aws, client: Callable[[str], Any], held: str | None, reason: str
) -> None:
    reference = stage.secret(held or "k1:x")
    if held is None:
        client("secretsmanager").delete_secret(SecretId=reference.partition(":")[2], RecoveryWindowInDays=7)

    assert SetSigningKeys(reference, ["k1"], ["k1", "k2"]).needless(aws) == reason


def test_an_alias_with_provisioned_concurrency_is_waited_for_and_is_no_drift(
    stage: Stage, aws: Aws, unkind: Callable[..., None]
) -> None:
    world = shift_weight(stage)
    assert isinstance(world.action, ShiftWeight)
    whole = ShiftWeight(stage.name, "live", world.action.before, {"version": "2", "weights": {}})
    stage.lambda_.put_provisioned_concurrency_config(
        FunctionName=stage.name, Qualifier="live", ProvisionedConcurrentExecutions=1
    )
    unkind(transient_weights=1.0)
    whole.apply(aws)

    assert whole.observe(aws) is Observed.MOVING
    bring(whole, aws, Observed.AFTER)
    bring(whole, aws, Observed.BEFORE)
    assert whole.observe(aws) is Observed.BEFORE


def test_weights_that_somebody_set_are_drift(stage: Stage, aws: Aws) -> None:
    world = shift_weight(stage)
    assert isinstance(world.action, ShiftWeight)
    world.action.apply(aws)
    whole = ShiftWeight(stage.name, "live", world.action.before, {"version": "2", "weights": {}})

    with pytest.raises(Drifted):
        bring(whole, aws, Observed.AFTER)


def test_a_version_that_an_alias_names_stays(stage: Stage, aws: Aws) -> None:
    stage.function()
    version = stage.publish("lambda-migrate original 1")
    action = PublishVersion(stage.name, stage.code_sha256(), "lambda-migrate original 1")
    assert action.needless(aws) == ""

    stage.alias("theirs", version)

    assert action.needless(aws) == "alias theirs names it, so that it stays"


class Api:
    """An HTTP API whose stage deploys by itself; it answers what a route and the deployments show."""

    def __init__(self, *statuses: str, automatic: bool = True) -> None:
        self.statuses, self.automatic = list(statuses), automatic

    def call(self, _service: str, operation: str, **_parameters: Any) -> dict[str, Any]:
        if operation == "get_route":
            return {"Target": "integrations/new"}
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        return {"DeploymentStatus": status}

    def pages(self, *_words: str, **_parameters: Any) -> list[dict[str, Any]]:
        return [{"AutoDeploy": self.automatic, "DeploymentId": "d1"}]


@pytest.mark.parametrize(
    ("api", "seen"),
    [
        (Api("PENDING"), Observed.MOVING),
        (Api("DEPLOYED"), Observed.AFTER),
        (Api("FAILED"), Observed.AFTER),
        (Api("PENDING", automatic=False), Observed.AFTER),
    ],
)
def test_a_route_is_where_it_points_once_its_stage_has_deployed_that(api: Any, seen: Observed) -> None:
    action = PointRoute("a1", "r1", "ANY /", "integrations/old", "integrations/new")

    assert action.observe(api) is seen


@pytest.mark.parametrize(
    "value", ["too-short", "$request.header.x-key", "a key with blanks in it", "a-key-with-a\nline"]
)
def test_a_key_that_api_gateway_would_not_add_as_it_is_is_refused_without_being_shown(
    stage: Stage, aws: Aws, value: str
) -> None:
    api = stage.http_api()
    action = CreateIntegration(
        api, "marker", {"IntegrationType": "HTTP_PROXY"}, {"overwrite:header.x": stage.secret(value)}
    )

    with pytest.raises(ConfigError) as refused:
        action.apply(aws)

    assert value not in str(refused.value) + refused.value.hint
    assert stage.integrations(api) == {}
