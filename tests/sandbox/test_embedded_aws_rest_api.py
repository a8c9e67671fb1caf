"""REST APIs of the embedded AWS: what a stage serves; one that is moved to the alias and back under load."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate import inventory
from lambda_migrate.config import Migration
from lambda_migrate.engine.executor import Executor
from lambda_migrate.engine.ledger import Identity, Ledger
from lambda_migrate.engine.plan import Plan
from lambda_migrate.http import Client
from lambda_migrate.triggers import rest_api
from lambda_migrate.triggers.base import Destination
from lambda_migrate.verify.judge import StepJudge
from tests.sandbox.receiving import Aliased, Service, allow
from tests.support.waiting import TIMEOUT, eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws
    from lambda_migrate.triggers.base import Trigger

pytestmark = pytest.mark.sandbox

PATH = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{}/invocations"
APIGATEWAY = "apigateway.amazonaws.com"
ALIASED, UNQUALIFIED = "2", "$LATEST"


@dataclass
class RestApi:
    """A REST API with a method of ours, one of somebody else, and two stages.

    Attributes:
        gateway: The client.
        port: Of the embedded AWS.
        id: The API's id.
        resources: The ids of its resources, by path.
    """

    gateway: Any
    port: int
    id: str = ""
    resources: dict[str, str] = field(default_factory=dict)

    def make(self, name: str, uris: dict[str, str]) -> RestApi:
        self.id = self.gateway.create_rest_api(name=name, binaryMediaTypes=["image/png"])["id"]
        for path, uri in uris.items():
            self.add(path, uri)
        return self

    def add(self, path: str, uri: str) -> None:
        root = next(
            each["id"] for each in self.gateway.get_resources(restApiId=self.id)["items"] if each["path"] == "/"
        )
        made = self.gateway.create_resource(restApiId=self.id, parentId=root, pathPart=path)["id"]
        self.resources[path] = made
        about = {"restApiId": self.id, "resourceId": made, "httpMethod": "ANY"}
        self.gateway.put_method(**about, authorizationType="NONE")
        self.gateway.put_integration(**about, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)

    def point(self, path: str, uri: str) -> None:
        self.gateway.update_integration(
            restApiId=self.id,
            resourceId=self.resources[path],
            httpMethod="ANY",
            patchOperations=[{"op": "replace", "path": "/uri", "value": uri}],
        )

    def deploy(self, stage: str) -> str:
        return str(self.gateway.create_deployment(restApiId=self.id, stageName=stage)["id"])

    def source(self) -> str:
        return f"arn:aws:execute-api:us-east-1:000000000000:{self.id}/*/*"

    def ask(self, path: str, stage: str = "prod") -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        try:
            connection.request("GET", f"/_aws/execute-api/{self.id}/{stage}/{path}")
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def documents(self) -> dict[str, Any]:
        """Return everything that others may have changed, or that we may have left."""
        stages = self.gateway.get_stages(restApiId=self.id)["item"]
        return {
            "resources": self.gateway.get_resources(restApiId=self.id, embed=["methods"])["items"],
            "deployments": [each["id"] for each in self.gateway.get_deployments(restApiId=self.id)["items"]],
            "stages": [{**each, "lastUpdatedDate": ""} for each in stages],
        }

    def exported(self, stage: str = "prod") -> Any:
        answer = self.gateway.get_export(
            restApiId=self.id, stageName=stage, exportType="oas30", parameters={"extensions": "apigateway"}
        )
        return json.loads(answer["body"].read())


@pytest.fixture
def api(client: Callable[[str], Any], embedded_aws: EmbeddedAws) -> RestApi:
    return RestApi(client("apigateway"), embedded_aws.port)


@contextmanager
def asking(api: RestApi, answers: Counter[tuple[int, str]], path: str = "ours") -> Iterator[None]:
    """Ask for a path over and over, from two threads, and count the answers."""
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            answers[api.ask(path)] += 1

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def found(aws: Aws, function: str) -> tuple[Any, Trigger[rest_api.Settings]]:
    taken = inventory.take(aws, function, alias="live")
    (trigger,) = (each for each in taken.triggers if each.kind == "rest_api" and each.qualifier == "")
    return taken.function, trigger


def test_a_stage_serves_and_exports_what_it_has_deployed_once_the_policy_allows(
    client: Callable[[str], Any], api: RestApi, aliased: Aliased
) -> None:
    api.make(aliased.name, {"ours": PATH.format(aliased.arn)})
    api.deploy("prod")
    refused = api.ask("ours")
    allow(client, aliased, APIGATEWAY, api.source())
    before, export = api.ask("ours"), api.exported()

    api.point("ours", PATH.format(aliased.alias_arn))
    undeployed = api.ask("ours")
    assert api.exported() == export
    api.deploy("prod")
    not_allowed = api.ask("ours")
    allow(client, aliased, APIGATEWAY, api.source(), Qualifier="live")

    answers = [refused[0], before, undeployed, not_allowed[0], api.ask("ours")]
    assert answers == [500, (200, UNQUALIFIED), (200, UNQUALIFIED), 500, (200, ALIASED)]
    assert api.exported() != export


def test_flipped_there_and_back_twice_under_load_nothing_is_lost_and_everything_is_as_it_was(
    client: Callable[[str], Any], aws: Aws, api: RestApi, aliased: Aliased, tmp_path: Path
) -> None:
    theirs = PATH.format(f"{aliased.arn}-other")
    api.make(aliased.name, {"ours": PATH.format(aliased.arn), "theirs": theirs})
    for stage in ("prod", "dev"):
        api.deploy(stage)
    for qualifier in ({}, {"Qualifier": "live"}):
        allow(client, aliased, APIGATEWAY, api.source(), **qualifier)
    before, exported = api.documents(), api.exported()
    answers: Counter[tuple[int, str]] = Counter()

    with asking(api, answers):
        for turn in (1, 2):
            function, trigger = found(aws, aliased.name)
            repoint = rest_api.to_alias(trigger, function, "live")
            assert repoint.blockers == ()
            plan = Plan("cutover", aliased.arn, "", tuple(numbered(repoint.steps)))
            executor = Executor(ledger(tmp_path / f"{turn}.yaml", aliased.arn), aws)
            executor.run(plan)
            eventually(lambda turn=turn: answers[200, ALIASED] >= turn * 5)
            assert [api.ask("ours"), api.ask("ours", "dev")] == [(200, ALIASED)] * 2
            changed = json.dumps(api.exported()).replace(":live/", "/")
            assert json.loads(changed) == exported
            was = answers[200, UNQUALIFIED]
            executor.rollback()
            eventually(lambda was=was: answers[200, UNQUALIFIED] >= was + 5)

    assert {status for status, _ in answers} == {200}
    assert {version for _, version in answers} == {UNQUALIFIED, ALIASED}
    assert api.documents() == before
    assert api.exported() == exported


def test_a_stage_variable_moves_there_and_back_twice_under_load_and_the_other_stages_keep_theirs(
    client: Callable[[str], Any], aws: Aws, api: RestApi, aliased: Aliased, tmp_path: Path
) -> None:
    named = aliased.arn.replace(aliased.name, "${stageVariables.fn}")
    api.make(aliased.name, {"ours": PATH.format(named)})
    for stage, function in (("prod", aliased.name), ("dev", f"{aliased.name}:1")):
        variables = {"fn": function, "table": "orders"}
        api.gateway.create_deployment(restApiId=api.id, stageName=stage, variables=variables)
    for qualifier in ({}, {"Qualifier": "live"}):
        allow(client, aliased, APIGATEWAY, api.source(), **qualifier)
    before = api.documents()
    answers: Counter[tuple[int, str]] = Counter()

    with asking(api, answers):
        for turn in (1, 2):
            function, trigger = found(aws, aliased.name)
            repoint = rest_api.to_alias(trigger, function, "live")
            assert [step.action.kind for step in repoint.steps] == ["set_stage_variable"]
            executor = Executor(ledger(tmp_path / f"{turn}.yaml", aliased.arn), aws)
            executor.run(Plan("cutover", aliased.arn, "", tuple(numbered(repoint.steps))))
            eventually(lambda turn=turn: answers[200, ALIASED] >= turn * 5)
            was = answers[200, UNQUALIFIED]
            executor.rollback()
            eventually(lambda was=was: answers[200, UNQUALIFIED] >= was + 5)

    assert {status for status, _ in answers} == {200}
    assert api.documents() == before


def test_what_somebody_has_not_deployed_is_shown_and_not_shipped(
    client: Callable[[str], Any], aws: Aws, api: RestApi, aliased: Aliased, tmp_path: Path
) -> None:
    api.make(aliased.name, {"ours": PATH.format(aliased.arn), "theirs": PATH.format(f"{aliased.arn}-other")})
    api.deploy("prod")
    allow(client, aliased, APIGATEWAY, api.source())
    function, trigger = found(aws, aliased.name)
    planned = rest_api.to_alias(trigger, function, "live")
    api.point("theirs", PATH.format(f"{aliased.arn}-unfinished"))

    _, now = found(aws, aliased.name)
    (blocker,) = rest_api.to_alias(now, function, "live").blockers
    with pytest.raises(Exception, match="was changed since the plan was made, and a deployment would ship that too"):
        Executor(ledger(tmp_path / "ledger.yaml", aliased.arn), aws).run(
            Plan("cutover", aliased.arn, "", tuple(numbered(planned.steps)))
        )

    assert str(blocker) == (
        f"rest-api-undeployed: stage `prod` of REST API `{aliased.name}` serves something else than the API as it"
        " stands: `ANY /theirs` has another uri than is deployed; deploy or revert that first"
    )
    assert api.ask("ours") == (200, UNQUALIFIED)
    assert len(api.documents()["deployments"]) == 1


def test_of_stages_with_deployments_of_their_own_one_that_is_behind_is_refused_and_another_left_alone(
    client: Callable[[str], Any], aws: Aws, api: RestApi, aliased: Aliased, tmp_path: Path
) -> None:
    api.make(aliased.name, {"theirs": PATH.format(f"{aliased.arn}-other")})
    theirs = api.deploy("theirs")  # never reached the function
    api.add("ours", PATH.format(aliased.arn))
    api.deploy("prod")
    api.add("more", PATH.format(aliased.arn))
    api.deploy("dev")
    for qualifier in ({}, {"Qualifier": "live"}):
        allow(client, aliased, APIGATEWAY, api.source(), **qualifier)
    function, trigger = found(aws, aliased.name)
    (behind,) = rest_api.to_alias(trigger, function, "live").blockers
    api.deploy("prod")
    function, trigger = found(aws, aliased.name)
    repoint = rest_api.to_alias(trigger, function, "live")
    steps = tuple(numbered(repoint.steps))
    Executor(ledger(tmp_path / "ledger.yaml", aliased.arn), aws).run(Plan("cutover", aliased.arn, "", steps))

    assert str(behind) == (
        f"rest-api-undeployed: stage `prod` of REST API `{aliased.name}` serves something else than the API as it"
        " stands: `ANY /more` is not deployed; deploy or revert that first"
    )
    assert (repoint.blockers, api.ask("ours"), api.ask("more", "dev")) == ((), (200, ALIASED), (200, ALIASED))
    stages = {each["stageName"]: each["deploymentId"] for each in api.gateway.get_stages(restApiId=api.id)["item"]}
    assert (stages["theirs"], stages["dev"] == stages["prod"]) == (theirs, True)


def test_straight_to_the_service_a_share_at_a_time_and_back_in_one_write_nothing_is_lost(
    client: Callable[[str], Any], aws: Aws, api: RestApi, aliased: Aliased, service: Service, tmp_path: Path
) -> None:
    api.make(aliased.name, {"ours": PATH.format(aliased.arn), "{proxy+}": PATH.format(aliased.arn)})
    api.deploy("prod")
    allow(client, aliased, APIGATEWAY, api.source())
    before, exported = api.documents(), api.exported()
    function, trigger = found(aws, aliased.name)
    goal = Destination(service.url, resources={"rest_api": {}}, weights=(50,))
    repoint = rest_api.to_service(trigger, function, goal)
    assert repoint is not None
    assert repoint.blockers == ()
    steps = list(numbered((*repoint.preparation, *repoint.steps)))
    answers: Counter[tuple[int, str]] = Counter()
    config = Migration.model_validate({"function": aliased.name, "service": {"url": service.url}})
    judge = StepJudge(aws, config, Client(), time.time)

    with asking(api, answers):
        half = Executor(ledger(tmp_path / "half.yaml", aliased.arn), aws, judge=judge)
        half.run(Plan("direct", aliased.arn, "", tuple(steps[:-1])))
        was = Counter(answers)
        eventually(lambda: min(answers[key] - was[key] for key in ((200, UNQUALIFIED), (200, "ok"))) >= 3)
        half.rollback()
        back, written = api.documents(), len(service.requests)
        was = Counter(answers)
        eventually(lambda: answers[200, UNQUALIFIED] >= was[200, UNQUALIFIED] + 5)

        whole = Executor(ledger(tmp_path / "whole.yaml", aliased.arn), aws, judge=judge)
        whole.run(Plan("direct", aliased.arn, "", tuple(steps)))
        was = Counter(answers)
        eventually(lambda: answers[200, "ok"] >= was[200, "ok"] + 5)
        assert [api.ask("ours"), api.ask("a/b%20c?d=1")] == [(200, "ok")] * 2
        whole.rollback()

    assert written > 0
    assert {status for status, _ in answers} == {200}
    assert "/a/b%20c?d=1" in {each["target"] for each in service.requests}
    assert (api.documents(), api.exported()) == (before, exported)
    assert back == before


def numbered(steps: Any) -> Iterator[Any]:
    for number, step in enumerate(steps, start=1):
        yield step.__class__(**{**step.__dict__, "id": f"{number:02}-{step.action.kind}", "propagation": 0.0})


def ledger(path: Path, arn: str) -> Ledger:
    identity = Identity("000000000000", "us-east-1", arn)
    return Ledger.open(path, identity, command="cutover", by="arn:aws:iam::000000000000:user/tester")
