"""What migration.yaml may say of targets, freeze and pipeline, and the line of every mistake."""

from __future__ import annotations

import datetime as dt
from types import ModuleType
from typing import Any

import pytest

from lambda_migrate import config
from lambda_migrate.errors import ConfigError
from lambda_migrate.targets import TARGETS, ecs, elastic_beanstalk, process, url
from lambda_migrate.targets.base import looks_secret
from lambda_migrate.targets.kind import TargetKind

NO_SECRET = "`plain` is not a reference to a secret; write it like secretsmanager:orders/keys or ssm:/orders/keys"
NO_PAIR = "memory 2048 does not go with cpu 2048; Fargate allows 4096, 5120, 6144 … 16384"
KINDS = "kinds: url, process, elastic-beanstalk, ecs"


def parse(target: str) -> Any:
    return config.parse(f"function: orders\nservice:\n  target:\n{target}").service.target


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("    kind: url\n", url.Settings()),
        ("    kind: process\n    port: 8123\n", process.Settings(port=8123)),
        (
            "    kind: ecs\n    cpu: 1024\n    memory: 3072\n    wait: 30m\n",
            ecs.Settings(cpu=1024, memory=3072, wait="30m"),
        ),
        ("    kind: elastic-beanstalk\n    name: orders-live\n", elastic_beanstalk.Settings(name="orders-live")),
    ],
)
def test_the_kind_decides_what_else_there_may_be(target: str, found: Any) -> None:
    assert parse(target) == found


def test_without_a_target_the_service_is_deployed_elsewhere() -> None:
    assert config.parse("function: orders\n").service.target == url.Settings()


def test_what_a_target_says_of_itself_is_asked_and_never_its_name() -> None:
    said = {name: (kind.poll, kind.keeps_earlier, kind.local) for name, kind in TARGETS.items()}

    assert said == {
        "url": (0.2, False, False),
        "process": (0.2, False, True),
        "elastic-beanstalk": (10.0, True, False),
        "ecs": (10.0, True, False),
    }


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_migration_yaml_takes_every_target_of_the_registry(name: str) -> None:
    parsed = config.parse(f"function: orders\nservice: {{target: {{kind: {name}}}}}\n")

    assert type(parsed.service.target) is TARGETS[name].settings


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"state": None}, "has no attribute 'state'"),
        ({"KIND": "tower"}, "Settings has a `kind` whose default is KIND"),
        ({"POLL": 0}, "POLL is a number of seconds"),
    ],
)
def test_a_target_that_is_not_whole_is_refused_when_the_registry_is_made(changed: dict[str, Any], wrong: str) -> None:
    module = ModuleType("tower", process.__doc__)
    names = {**vars(process), **changed}
    vars(module).update({name: value for name, value in names.items() if value is not None})

    with pytest.raises(TypeError) as caught:
        TargetKind.of(module)

    assert str(caught.value).endswith(wrong)


@pytest.mark.parametrize(
    ("target", "message", "hint"),
    [
        (
            "    kind: ec2\n",
            "migration.yaml:4 service.target: unknown kind of target `ec2`",
            KINDS,
        ),
        (
            "    port: 80\n",
            "migration.yaml:3 service.target: has no `kind:`",
            KINDS,
        ),
        ("    kind: ecs\n    cpus: 512\n", "migration.yaml:5 service.target.cpus: unknown key", "did you mean `cpu`?"),
        (
            "    kind: ecs\n    scaling:\n      minimun: 1\n",
            "migration.yaml:6 service.target.scaling.minimun: unknown key",
            "did you mean `minimum`?",
        ),
        (
            "    kind: ecs\n    cpu: 2048\n    memory: 2048\n",
            f"migration.yaml:3 service.target: {NO_PAIR}",
            "`lambda-migrate schema` prints every key",
        ),
        (
            "    kind: process\n    secrets:\n      KEY: plain\n",
            f"migration.yaml:6 service.target.secrets.KEY: {NO_SECRET}",
            "`lambda-migrate schema` prints every key",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(target: str, message: str, hint: str) -> None:
    with pytest.raises(ConfigError) as raised:
        parse(target)

    assert (raised.value.message, raised.value.hint) == (message, hint)


def test_a_secret_in_plain_text_is_refused_and_not_repeated() -> None:
    with pytest.raises(ConfigError) as raised:
        parse("    kind: ecs\n    environment:\n      DB_PASSWORD: hunter2\n")

    assert "`DB_PASSWORD` looks like a secret" in raised.value.message
    assert "hunter2" not in raised.value.message + raised.value.hint


@pytest.mark.parametrize("name", ["DB_PASSWORD", "API_KEY", "apikey", "GITHUB_TOKEN", "STRIPE_SECRET", "SENTRY_DSN"])
def test_names_of_secrets_are_recognised(name: str) -> None:
    assert looks_secret(name)


@pytest.mark.parametrize("name", ["LOG_LEVEL", "TABLE", "KEYBOARD", "MONKEY", "PORT", "AUTHOR"])
def test_other_names_are_not(name: str) -> None:
    assert not looks_secret(name)


def test_the_freeze_names_its_webhook_by_reference() -> None:
    text = "function: orders\nfreeze: {until: 2026-09-30, contact: anna, webhook: 'env:HOOK'}\n"

    freeze = config.parse(text).freeze

    assert (freeze.until, freeze.webhook) == (dt.date(2026, 9, 30), "env:HOOK")


def test_a_webhook_that_is_wrong_is_not_repeated() -> None:
    with pytest.raises(ConfigError) as raised:
        config.parse("function: orders\nfreeze: {webhook: 'http://chat.example.com/T0/B0/secret'}\n")

    assert raised.value.message.startswith("migration.yaml:2 freeze.webhook: ")
    assert "secret" not in raised.value.message.partition("write it like")[0]


def test_the_schema_for_editors_knows_every_target() -> None:
    target = config.json_schema()["$defs"]["Service"]["properties"]["target"]

    assert sorted(target["discriminator"]["mapping"]) == sorted(TARGETS)
