"""Somebody else changes a REST API at any moment of our move: their change survives, and we never ship it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.actions import Observed
from lambda_migrate.actions.api_gateway.create_deployment import CreateDeployment
from lambda_migrate.actions.api_gateway.point_rest_integration import PointRestIntegration
from lambda_migrate.actions.api_gateway.point_stage import PointStage
from lambda_migrate.actions.api_gateway.shift_stage import ShiftStage
from lambda_migrate.aws.session import Aws
from lambda_migrate.engine.apply import bring
from lambda_migrate.errors import Drifted
from tests.actions.stage import MARKER
from tests.actions.worlds_rest_api import OURS, THEIRS, Rest

if TYPE_CHECKING:
    from lambda_migrate.actions import Action
    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws
    from tests.actions.stage import Stage

pytestmark = pytest.mark.sandbox

USUAL, UNFINISHED = "29000", "1234"


class Meddling:
    """Somebody who changes their own method right before our call of a number."""

    def __init__(self, rest: Rest, embedded_aws: EmbeddedAws) -> None:
        self.rest = rest
        self.aws = Aws(region=embedded_aws.region, endpoint_url=embedded_aws.endpoint_url)
        self.aws.session.events.register("before-call", self._before)
        self.calls, self.at = 0, 0

    def _before(self, **_ignored: Any) -> None:
        self.calls += 1
        if self.calls == self.at:
            self.rest.integration(THEIRS, timeoutInMillis=UNFINISHED)

    def arm(self, at: int) -> None:
        self.calls, self.at = 0, at

    def working(self) -> str:
        found = self.rest.gateway.get_integration(
            restApiId=self.rest.api, resourceId=self.rest.resources[THEIRS], httpMethod="POST"
        )
        return str(found["timeoutInMillis"])

    def served(self) -> str:
        answer = self.rest.gateway.get_export(
            restApiId=self.rest.api, stageName="prod", exportType="oas30", parameters={"extensions": "apigateway"}
        )
        operation = json.loads(answer["body"].read())["paths"]["/b"]["post"]
        return str(operation["x-amazon-apigateway-integration"]["timeoutInMillis"])


def move(rest: Rest) -> list[Action]:
    """Return the steps that move the API to the alias."""
    uris = {OURS: rest.live}
    about = ("REST", rest.api, rest.stage.name)
    return [
        PointRestIntegration(rest.api, rest.resources[OURS], "GET", OURS, rest.uri, rest.live),
        CreateDeployment(*about, MARKER, uris, rest.rest(OURS)),
        PointStage(*about, "prod", rest.deployment, f"marker:{MARKER}", uris, rest.rest(OURS)),
    ]


def test_a_change_at_any_moment_survives_and_is_never_shipped(stage: Stage, embedded_aws: EmbeddedAws) -> None:
    rest = Rest.of(stage)
    rest.integration(THEIRS, timeoutInMillis=USUAL)
    rest.patch_stage("/deploymentId", rest.gateway.create_deployment(restApiId=rest.api)["id"])
    rest.deployment = rest.gateway.get_stage(restApiId=rest.api, stageName="prod")["deploymentId"]
    meddling, steps = Meddling(rest, embedded_aws), move(rest)
    original = rest.documents()
    meddling.arm(0)
    for action in steps:
        bring(action, meddling.aws, Observed.AFTER)
    calls, stopped = meddling.calls, 0
    back(meddling, steps)
    assert rest.documents() == original

    for at in range(1, calls + 1):
        meddling.arm(at)
        try:
            for action in steps:
                bring(action, meddling.aws, Observed.AFTER)
        except Drifted:
            stopped += 1
        assert (meddling.working(), meddling.served()) == (UNFINISHED, USUAL), at
        back(meddling, steps)
        assert (meddling.working(), meddling.served()) == (UNFINISHED, USUAL), at
        rest.integration(THEIRS, timeoutInMillis=USUAL)
        assert rest.documents() == original, at
    assert stopped > calls / 2


def back(meddling: Meddling, steps: list[Action]) -> None:
    meddling.arm(0)
    for action in reversed(steps):
        bring(action, meddling.aws, Observed.BEFORE)


def test_a_stage_that_got_a_canary_of_somebody_else_is_left_alone(stage: Stage) -> None:
    rest = Rest.of(stage)
    rest.gateway.create_deployment(restApiId=rest.api, description=MARKER)
    theirs = rest.gateway.create_deployment(restApiId=rest.api, description="theirs")["id"]
    rest.patch_stage("/canarySettings/deploymentId", theirs)
    rest.patch_stage("/canarySettings/percentTraffic", "5")
    documents = rest.documents()
    about = (rest.api, stage.name, "prod", rest.deployment, f"marker:{MARKER}")

    with pytest.raises(Drifted, match="5 % on"):
        bring(ShiftStage(*about, 0.0, 10.0, {}, ""), stage.aws, Observed.AFTER)

    assert rest.documents() == documents
