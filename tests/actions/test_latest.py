"""$LATEST goes back to exactly what it was, whatever else happens to it; its environment shows nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambda_migrate.actions import Observed
from lambda_migrate.actions.function.restore_latest import RestoreLatest
from lambda_migrate.engine.apply import bring
from lambda_migrate.errors import ConfigError, Drifted
from tests.actions.stage import MARKER, PRIVATE, SECRET, SETTINGS
from tests.actions.worlds_function import configure_latest

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws
    from tests.actions.stage import Stage

pytestmark = pytest.mark.sandbox

OWN = {"TABLE": "orders", "PASSWORD": PRIVATE}


def environment(stage: Stage) -> dict[str, str]:
    variables: dict[str, str] = stage.latest().get("Environment", {}).get("Variables", {})
    return variables


def layer_names(stage: Stage) -> list[str]:
    return [each["Arn"].partition(":layer:")[2] for each in stage.latest().get("Layers", [])]


def test_the_proxy_is_added_to_what_the_function_has(stage: Stage, aws: Aws) -> None:
    world = configure_latest(stage)

    world.action.apply(aws)

    assert environment(stage) == {**OWN, **SETTINGS, "LAMBDA_MIGRATE_SIGNING_KEYS": SECRET}
    assert layer_names(stage) == [f"{stage.name}:2", f"{stage.name}:1"]
    assert stage.latest()["Handler"] == "lambda_migrate_proxy.handler"


def test_restoring_is_configuring_backwards(stage: Stage, aws: Aws) -> None:
    world = configure_latest(stage)
    original = world.documents()
    world.action.apply(aws)
    restore = RestoreLatest(**vars(world.action))

    assert (world.action.observe(aws), restore.observe(aws)) == (Observed.AFTER, Observed.BEFORE)
    restore.apply(aws)

    assert (world.action.observe(aws), restore.observe(aws)) == (Observed.BEFORE, Observed.AFTER)
    assert world.documents() == original


def test_a_variable_that_somebody_adds_meanwhile_stays(stage: Stage, aws: Aws) -> None:
    world = configure_latest(stage)
    world.action.apply(aws)
    stage.reconfigure(Environment={"Variables": {**environment(stage), "NEW": "theirs"}})

    assert world.action.observe(aws) is Observed.AFTER
    world.action.undo(aws)

    assert environment(stage) == {**OWN, "NEW": "theirs"}
    assert world.action.observe(aws) is Observed.BEFORE


def test_a_layer_that_somebody_adds_meanwhile_stays(stage: Stage, aws: Aws) -> None:
    world = configure_latest(stage)
    world.action.apply(aws)
    theirs = stage.layer("theirs too", "theirs too")
    stage.reconfigure(Layers=[theirs, *(each["Arn"] for each in stage.latest()["Layers"])])

    world.action.undo(aws)

    assert layer_names(stage) == [f"{stage.name}:3", f"{stage.name}:2"]


def test_an_environment_that_has_changed_since_the_plan_is_not_published(stage: Stage, aws: Aws) -> None:
    world = configure_latest(stage)
    stage.reconfigure(Environment={"Variables": {**OWN, "NEW": "theirs"}})

    with pytest.raises(Drifted) as raised:
        world.action.apply(aws)

    assert raised.value.message == f"the environment of `{stage.name}` is not the one that the plan saw"
    assert environment(stage) == {**OWN, "NEW": "theirs"}


def test_settings_of_another_run_are_drift(stage: Stage, aws: Aws) -> None:
    world = configure_latest(stage)
    stage.reconfigure(Environment={"Variables": {**OWN, "LAMBDA_MIGRATE_EVENTS": "all"}})

    assert world.action.observe(aws) is Observed.DRIFT
    assert world.action.current(aws) == (f"handler index.handler, layers {stage.name}:2, LAMBDA_MIGRATE_EVENTS")


def test_an_update_in_progress_is_seen_and_waited_for(stage: Stage, aws: Aws) -> None:
    world = configure_latest(stage)
    stage.lambda_.update_function_configuration(FunctionName=stage.name, Timeout=42)

    assert world.action.observe(aws) is Observed.MOVING
    bring(world.action, aws, Observed.AFTER)

    assert (stage.latest()["Timeout"], world.action.observe(aws)) == (42, Observed.AFTER)


def test_a_missing_signing_key_leaves_the_function_alone(stage: Stage, aws: Aws) -> None:
    world = configure_latest(stage)
    original = world.documents()
    stage.client("secretsmanager").delete_secret(SecretId=f"{stage.name}-secret", ForceDeleteWithoutRecovery=True)

    with pytest.raises(ConfigError, match="holds no signing key"):
        world.action.apply(aws)
    assert world.documents() == original


def test_a_missing_layer_leaves_the_function_alone(stage: Stage, aws: Aws) -> None:
    world = configure_latest(stage)
    original = world.documents()
    stage.lambda_.delete_layer_version(LayerName=stage.name, VersionNumber=1)

    with pytest.raises(Drifted) as raised:
        world.action.apply(aws)

    assert raised.value.message == f"layer `{stage.name}` has no version “{MARKER}”"
    assert world.documents() == original
