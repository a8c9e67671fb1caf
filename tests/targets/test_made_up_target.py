"""What it takes to add a target, from migration.yaml to a deployment that fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import TypeAdapter

from lambda_migrate.aws.session import Aws
from lambda_migrate.config import Pipeline
from lambda_migrate.engine.plan import Plan
from lambda_migrate.errors import MigrateError
from lambda_migrate.targets import TARGETS, Deployment, any_settings
from lambda_migrate.targets.kind import TargetKind
from lambda_migrate.workflow import pipeline, service
from lambda_migrate.workflow.service import DeploymentWatch
from tests.targets import attic

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lambda_migrate.targets import State


@pytest.fixture
def registered() -> Iterator[TargetKind]:
    """The line in the registry, for the length of a test."""
    TARGETS[attic.KIND] = TargetKind.of(attic)
    yield TARGETS[attic.KIND]
    del TARGETS[attic.KIND]


def deployed(kind: TargetKind, deployment: Deployment, settings: attic.Settings) -> tuple[State, list[float]]:
    waited: list[float] = []
    aws = Aws(region="eu-west-1")
    watched = DeploymentWatch(kind, aws, deployment, settings, pause=waited.append)
    return service.deploy(Plan("service", "", ""), kind.prepare(aws, deployment, settings), watched, None), waited


def test_it_can_be_named_in_migration_yaml(registered: TargetKind) -> None:
    settings = TypeAdapter(any_settings(TARGETS.values())).validate_python({"kind": "attic", "haunted": True})

    assert settings == attic.Settings(haunted=True)
    assert registered.documentation.startswith("The attic: a made-up place")


def test_it_is_deployed_to_and_asked_how_it_is(registered: TargetKind, tmp_path: Path) -> None:
    deployment = Deployment("orders", tmp_path, tmp_path, url="http://127.0.0.1:9")

    state, waited = deployed(registered, deployment, attic.Settings())

    assert (state.condition, state.url, waited) == ("healthy", "http://127.0.0.1:9", [])


def test_where_it_does_not_get_healthy_it_is_looked_at_as_often_and_hinted_at_as_it_says(
    registered: TargetKind, tmp_path: Path
) -> None:
    with pytest.raises(MigrateError) as raised:
        deployed(registered, Deployment("orders", tmp_path, tmp_path), attic.Settings(haunted=True))

    assert raised.value.message == "the service is unhealthy after 15 s: something knocks; a candle went out"
    assert raised.value.hint == "look behind the chimney"


def test_a_pipeline_that_cannot_deploy_there_is_refused(registered: TargetKind, tmp_path: Path) -> None:
    (tmp_path / pipeline.BUILDSPEC).write_text("version: 0.2\n", encoding="utf-8")
    settings = Pipeline(repository="team/orders")

    prepared = pipeline.prepare(
        Aws(region="eu-west-1"), Deployment("orders", tmp_path, tmp_path), attic.Settings(), settings
    )

    assert (
        prepared.blockers[0]
        == f"pipeline-target: a pipeline cannot deploy to `{registered.name}`: name another `service.target`"
    )
