"""`cutover --direct` on the embedded AWS: a trigger that leaves Lambda is judged by what its source counts."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from lambda_migrate_service import Door

from lambda_migrate.http import Client
from tests.cli.way_out import http_api, repeatedly, write_source
from tests.service_library.calling import call
from tests.service_library.whole import whole
from tests.support.listening import Handler, listening
from tests.support.waiting import TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from tests.support.screen import Answer

pytestmark = pytest.mark.sandbox


@dataclass
class Service:
    """A healthy service that answers everything else with one status; its events endpoint is closed."""

    status: int = 200
    rehearsed: int = 200
    url: str = ""
    tenants: list[str] = field(default_factory=list)


@contextmanager
def serving(service: Service) -> Iterator[Service]:
    class Serving(Handler):
        def serve(self) -> None:
            self.received()
            service.tenants += self.headers.get_all("x-tenant", [])
            healthy = self.path in ("/healthz", "/readyz")
            status = service.rehearsed if "/lambda-migrate-probe-" in self.path else service.status
            self.answer(404 if self.command == "POST" else 200 if healthy else status)

    with listening(Serving) as service.url:
        yield service


@dataclass
class User:
    """Somebody whose function is called by an HTTP API, and whose service is ready to take it over."""

    run: Callable[..., Answer]
    aws: Aws
    folder: Path
    function: str
    api: str
    service: Service
    statuses: list[int] = field(default_factory=list)

    def __call__(self, *arguments: str) -> Answer:
        return self.run(*arguments, "--yes")

    def ask(self) -> None:
        url = f"{self.aws.endpoint_url}/_aws/execute-api/{self.api}/$default/orders"
        try:
            with urllib.request.urlopen(url, timeout=TIMEOUT) as answer:  # noqa: S310  # the embedded AWS
                self.statuses.append(answer.status)
        except urllib.error.HTTPError as error:
            self.statuses.append(error.code)

    @contextmanager
    def customers(self) -> Iterator[None]:
        """Ask about ten times a second, for as long as the block lasts."""
        with repeatedly(self.ask, interval=0.1):
            yield

    def target(self) -> str:
        """Return the type of the integration that the API's one route leads to."""
        (route,) = self.aws.pages("apigatewayv2", "get_routes", "Items", ApiId=self.api)
        identity = route["Target"].removeprefix("integrations/")
        found = self.aws.call("apigatewayv2", "get_integration", ApiId=self.api, IntegrationId=identity)
        return str(found["IntegrationType"])


@pytest.fixture
def service() -> Iterator[Service]:
    with serving(Service()) as started:
        yield started


@pytest.fixture
def user(
    run: Callable[..., Answer],
    tmp_path: Path,
    aws: Aws,
    make_function: Callable[..., str],
    unique: str,
    service: Service,
) -> User:
    arn = make_function()
    api = http_api(aws, unique, arn)
    write_source(tmp_path)
    (tmp_path / "migration.yaml").write_text(
        f"function: {unique}\n"
        "source: source\n"
        f"service: {{url: '{service.url}'}}\n"
        "cutover: {propagation: false}\n"
        "verify: {timeout: 1s, slow: 60s, minimum_invocations: 5, metric_period: 1s, arrival: 0s}\n"
        "accept: [{rule: not-cut-over, reason: this is a test of the last step}]\n"
    )
    return User(run, aws, tmp_path, unique, api, service)


@pytest.mark.parametrize(("status", "told"), [(404, ", 4xx "), (500, ", 5xx ")])
def test_a_healthy_service_that_answers_nothing_well_fails_and_the_routes_go_back_by_themselves(
    user: User, status: int, told: str
) -> None:
    user.service.status, user.service.rehearsed = status, 200

    with user.customers():
        answer = user("cutover", "--direct", "--bake", "5s", "--json")

    (error,) = answer.json["errors"]
    assert (answer.code, told in error["message"]) == (3, True), answer
    assert user.target() == "AWS_PROXY"
    user.statuses.clear()
    user.ask()
    assert user.statuses == [200]
    assert verdicts(user) == ["pass", "fail"]


def test_a_service_that_the_api_does_not_reach_fails_before_a_route_moves(user: User) -> None:
    user.service.rehearsed = 503
    integrations = user.aws.call("apigatewayv2", "get_routes", ApiId=user.api)["Items"]

    with user.customers():
        answer = user("cutover", "--direct", "--bake", "1s", "--json")

    (error,) = answer.json["errors"]
    assert (answer.code, error["message"].startswith("02-rehearse_route failed: GET http://")) == (3, True), answer
    assert error["message"].endswith(": it answered 503")
    assert user.aws.call("apigatewayv2", "get_routes", ApiId=user.api)["Items"] == integrations
    assert set(user.statuses) == {200}
    assert verdicts(user) == ["fail"]

    user.service.rehearsed = 200
    again = user("cutover", "--direct", "--json")
    assert (again.code, user.target()) == (7, "HTTP_PROXY"), again
    (route,) = user.aws.call("apigatewayv2", "get_routes", ApiId=user.api)["Items"]
    assert route["RouteKey"] == "$default"


def test_what_the_api_adds_to_requests_it_goes_on_adding(user: User) -> None:
    (route,) = user.aws.call("apigatewayv2", "get_routes", ApiId=user.api)["Items"]
    integration = route["Target"].removeprefix("integrations/")
    added = {"append:header.x-tenant": "acme"}
    user.aws.call(
        "apigatewayv2",
        "update_integration",
        ApiId=user.api,
        IntegrationId=integration,
        RequestParameters=added,
    )

    paused = user("cutover", "--direct", "--bake", "1s", "--json")
    user.service.tenants.clear()
    user.ask()

    assert (paused.code, user.target(), user.service.tenants) == (7, "HTTP_PROXY", ["acme"]), paused


def test_without_traffic_it_pauses_and_the_same_command_judges_again(user: User) -> None:
    paused = user("cutover", "--direct", "--bake", "1s", "--json")

    (error,) = paused.json["errors"]
    assert (paused.code, error["message"]) == (
        7,
        "04-point_route: ok 0, 5xx 0, 4xx 0; a verdict needs 5",
    )
    assert user.target() == "HTTP_PROXY"

    for _ in range(5):
        user.ask()
    answer = user("cutover", "--direct", "--json")

    assert (answer.code, user.target(), user.statuses) == (0, "HTTP_PROXY", [200] * 5), answer
    assert verdicts(user) == ["pass", "inconclusive", "pass"]


def test_a_step_without_traffic_passes_for_a_reason_that_the_ledger_keeps(user: User) -> None:
    assert user("cutover", "--direct", "--bake", "1s", "--json").code == 7

    nameless = user("cutover", "promote", "--json")
    promoted = user("cutover", "promote", "--reason", "no traffic on Sundays", "--json")
    answer = user("cutover", "--direct", "--json")

    assert (nameless.code, promoted.code, answer.code) == (2, 0, 0), (nameless, promoted, answer)
    assert promoted.json["data"] == {"promoted": "04-point_route", "reason": "no traffic on Sundays"}
    assert verdicts(user) == ["pass", "inconclusive", "pass"]
    assert user("cutover", "promote", "--reason", "once more", "--json").code == 3


SIGNING_KEY, DOOR_KEY = "k1:a-signing-key-of-some-length", "a-key-of-the-service-s-door"


@contextmanager
def lifted(memory: Path, door: Door) -> Iterator[str]:
    """Serve the service's own half, around an application that answers everything well; yield its URL."""

    async def application(scope: Any, _receive: Any, send: Any) -> None:
        assert not any(name.startswith(b"x-lambda-migrate-") for name, _ in scope["headers"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    service = whole(application, lambda _event, _context: None, memory, SIGNING_KEY, door=door)
    service.readiness.started = True

    class Serving(Handler):
        def serve(self) -> None:
            answer = call(service, self.command, self.path, list(self.headers.items()), self.received())
            self.answer(answer.status, answer.body)

    with listening(Serving) as url:
        yield url


@pytest.mark.parametrize("known", [True, False], ids=["its key", "another key"])
def test_a_service_that_asks_for_a_key_gets_it_from_api_gateway_alone(user: User, tmp_path: Path, known: bool) -> None:
    secrets = {f"{user.function}/keys": SIGNING_KEY, f"{user.function}/door": DOOR_KEY}
    for name, value in secrets.items():
        user.aws.call("secretsmanager", "create_secret", Name=name, SecretString=value)
    door = Door("header", (DOOR_KEY if known else "a-key-of-somebody-else",))
    with lifted(tmp_path / "memory", door) as url:
        settings = (
            (user.folder / "migration.yaml")
            .read_text()
            .replace(
                f"service: {{url: '{user.service.url}'}}",
                f"service: {{url: '{url}', door_key: 'secretsmanager:{user.function}/door'}}\n"
                f"proxy: {{signing_keys: 'secretsmanager:{user.function}/keys'}}",
            )
        )
        (user.folder / "migration.yaml").write_text(settings)

        answer = user("cutover", "--direct", "--bake", "1s", "--json")

        told = answer.out + (user.folder / "ledger.yaml").read_text()
        assert (DOOR_KEY in told, f"secretsmanager:{user.function}/door" in told) == (False, True)
        if not known:
            (error,) = answer.json["errors"]
            assert (answer.code, user.target()) == (3, "AWS_PROXY"), answer
            assert error["message"].endswith(
                "does not accept the key that API Gateway adds: LAMBDA_MIGRATE_DOOR_KEY is another, or not set"
            )
            return
        assert (answer.code, user.target()) == (7, "HTTP_PROXY"), answer
        user.ask()
        stranger = Client().get(f"{url}/orders")
        assert (user.statuses, stranger.status_code) == ([200], 403)
        rolled_back = user("rollback", "--last", "--json")
        assert (rolled_back.code, user.target()) == (0, "AWS_PROXY"), rolled_back


def verdicts(user: User) -> list[str]:
    records = user.run("history", "--json").json["data"]["records"]
    notes = [record.get("note") or {} for record in records]
    return [note["result"] for note in notes if note.get("kind") == "verdict"]


def test_the_plan_says_what_each_step_is_judged_by(user: User) -> None:
    plan = user.run("plan", "--phase", "direct")

    assert "then judged by what AWS/ApiGateway counts" in " ".join(plan.out.split())
    assert json.loads(user.run("plan", "--phase", "direct", "--json").out)["data"]["plan"]["steps"][3][
        "source_metrics"
    ][0]["dimensions"] == {"ApiId": user.api}
