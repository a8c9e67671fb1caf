"""Settings of the proxy are in force once they are published."""

from __future__ import annotations

import pytest

from lambda_migrate import config
from lambda_migrate.function.documents import version
from lambda_migrate.planner import settings_in_force
from lambda_migrate.proxy import layer
from tests.planner import worlds

TEXT = "function: orders\nservice: {url: 'https://orders.example.com'}\nproxy: {base_path: /api}\n"


def published(text: str) -> list[str]:
    """Return what is outdated where a version was published with `TEXT`, and migration.yaml says `text` now."""
    before, now = config.parse(TEXT), config.parse(text)
    function = worlds.inventory().function
    settings = layer.environment(
        before.proxy, service_url=before.service.url or "", events="all", original_handler=function.handler
    )
    proxy = worlds.version("42", "all", proxy_settings=settings)
    return list(settings_in_force.outdated(function, proxy, now))


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (TEXT, []),
        (TEXT.replace("/api", "/v2"), ["`proxy.base_path` is `/v2` in migration.yaml and `/api` in version 42"]),
        (
            TEXT.replace("base_path: /api", "fallback: never, base_path: ''"),
            [
                "`proxy.base_path` is the default in migration.yaml and `/api` in version 42",
                "`proxy.fallback` is `never` in migration.yaml and the default in version 42",
            ],
        ),
        (
            TEXT.replace("orders.example", "new.example"),
            [
                (
                    "`service.url` is `https://new.example.com` in migration.yaml "
                    "and `https://orders.example.com` in version 42"
                )
            ],
        ),
    ],
)
def test_what_was_changed_since_is_named(changed: str, told: list[str]) -> None:
    assert published(changed) == told


def test_keys_and_the_functions_own_variables_are_not_kept() -> None:
    configuration = {
        "Version": "7",
        "CodeSha256": "x",
        "Environment": {
            "Variables": {
                "LAMBDA_MIGRATE_SIGNING_KEYS": "k1:secret",
                "LAMBDA_MIGRATE_EVENTS": "all",
                "PASSWORD": "hunter2",
            }
        },
    }

    assert version(configuration).proxy_settings == {"LAMBDA_MIGRATE_EVENTS": "all"}
