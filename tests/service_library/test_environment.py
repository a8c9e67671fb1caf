"""Variables: what files fill in, and what is set though nothing reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lambda_migrate_service import ApiDestination, Door, Environment, Function, Polling, Settings, SettingsError
from lambda_migrate_service.deliveries.sns import Sns

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FUNCTION = Function("orders", "eu-west-1", "123456789012", 512, 10.0)
PARTS: dict[str, Callable[[Environment, Path], object]] = {
    "LAMBDA_MIGRATE_API_KEY": lambda environment, _: ApiDestination.read(environment, FUNCTION),
    "LAMBDA_MIGRATE_CONSUME_NOTIFICATIONS": lambda environment, _: Polling.read(environment, 10),
    "LAMBDA_MIGRATE_CONSUME_QUEUES": lambda environment, _: Polling.read(environment, 10),
    "LAMBDA_MIGRATE_REQUIRE": lambda environment, _: Door.read(environment),
    "LAMBDA_MIGRATE_SNS_TOPICS": lambda environment, folder: Sns.read(environment, FUNCTION, folder),
}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("LAMBDA_MIGRATE_API_KEY", "no ApiDestination: run `lambda-migrate init --add api-destination`"),
        ("LAMBDA_MIGRATE_CONSUME_NOTIFICATIONS", "no Polling: run `lambda-migrate init --add sqs`"),
        ("LAMBDA_MIGRATE_CONSUME_QUEUES", "no Polling: run `lambda-migrate init --add sqs`"),
        ("LAMBDA_MIGRATE_REQUIRE", "no Door: put `Door` in front of the application"),
        ("LAMBDA_MIGRATE_SNS_TOPICS", "no Sns: run `lambda-migrate init --add sns`"),
    ],
)
def test_a_variable_of_a_part_that_the_service_has_not_stops_the_start(name: str, words: str, tmp_path: Path) -> None:
    environment = Environment({name: "x"})
    with pytest.raises(SettingsError) as caught:
        environment.check()
    assert caught.value.problems == [f"{name} is set, and the service has {words}"]

    environment = Environment({name: "open" if name == "LAMBDA_MIGRATE_REQUIRE" else "x"})
    PARTS[name](environment, tmp_path)
    environment.check()
    Environment({name: ""}).check()


def test_stand_ins_come_before_defaults_and_both_after_what_is_set(tmp_path: Path) -> None:
    (tmp_path / "environment.defaults").write_text("A=default\nB=default\nC=default\n")
    (tmp_path / "local").write_text("# stand-ins\nA=stand-in\nB=stand-in\n")
    variables = {"A": "set", "SERVICE_STAND_INS": "local"}
    Environment.prepared(variables, tmp_path)
    assert variables == {"A": "set", "B": "stand-in", "C": "default", "SERVICE_STAND_INS": "local"}

    variables = {"SERVICE_STAND_INS": ""}
    Environment.prepared(variables, tmp_path)
    assert variables == {"A": "default", "B": "default", "C": "default", "SERVICE_STAND_INS": ""}


def test_secrets_that_cannot_be_read_are_told_without_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lambda_migrate_service.environment._secret", lambda reference: {}[reference])
    environment = Environment({"PASSWORD": "secretsmanager:orders/PASSWORD", "PLAIN": "x"})
    environment.resolve(("PASSWORD", "PLAIN", "MISSING"))
    assert environment.problems == ["PASSWORD: `secretsmanager:orders/PASSWORD` cannot be read (KeyError)"]


def test_settings_take_the_function_s_own_limits_by_default() -> None:
    settings = Settings.read(Environment({}), FUNCTION, concurrency=7, lifespan="off", base_path="/api")
    assert (settings.timeout, settings.graceful, settings.concurrency) == (10.0, 11.0, 7)
    assert (settings.lifespan, settings.base_path, settings.port) == ("off", "/api", 8000)
