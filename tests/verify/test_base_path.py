"""Both halves take the same base path off, and a request through each front door's path reaches the application."""

from __future__ import annotations

import io
import json
from typing import Any

import httpx
import pytest

from lambda_migrate.config import Migration, Proxy, Service
from lambda_migrate.http import Client
from lambda_migrate.triggers import base, http_api
from lambda_migrate.triggers.base import Trigger
from lambda_migrate.triggers.http_api import Route
from lambda_migrate.verify.base_path import check
from lambda_migrate.verify.check import Check
from lambda_migrate.verify.probe import Probe

HINT = "set `proxy.base_path` to what the front door has in front of the application's paths, then deploy both"
PATHS = ["/openapi.json", "/items", "/items/1"]


class World:
    """A service whose application has some paths, behind a proxy version; both take a base path off."""

    def __init__(self, proxy: str, service: str) -> None:
        self.proxy = proxy
        self.service = service
        self.asked: list[str] = []
        self.client = Client(transport=httpx.MockTransport(self.direct))

    def call(self, _service: str, operation: str, **parameters: Any) -> Any:
        if operation == "get_function_configuration":
            return {"Environment": {"Variables": {"LAMBDA_MIGRATE_BASE_PATH": self.proxy}}}
        event = json.loads(parameters["Payload"])
        assert event["requestContext"]["http"]["method"] == "OPTIONS"
        status = self._status(event["rawPath"], self.proxy, "proxy")
        return {"Payload": io.BytesIO(json.dumps({"statusCode": status}).encode())}

    def direct(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(self._status(request.url.path, self.service, request.method))

    def _status(self, path: str, prefix: str, way: str) -> int:
        self.asked.append(f"{way} {path}")
        return 405 if path.removeprefix(prefix) in PATHS else 404


def api(*keys: str) -> Trigger[Any]:
    routes = tuple(Route(f"r{place}", key, "integrations/i1") for place, key in enumerate(keys))
    settings = http_api.Settings(source="arn:api", api="a1", integration="i1", uri="arn:f", routes=routes)
    return Trigger(http_api.KIND, "a1/i1", "tickets", "", settings)


def checked(
    world: World, configured: str | None, *triggers: Trigger[Any], events: str = "all", told: Any = None
) -> Check | None:
    config = Migration(
        function="tickets", service=Service(url="https://internal.test"), proxy=Proxy(base_path=configured)
    )
    said = {"base_path": world.service, "paths": PATHS} if told is None else told
    aws: Any = world
    return check(aws, config, world.client, Probe("7", True, events=events, service=said), triggers)


def test_each_front_door_s_path_reaches_the_application_with_and_without_the_proxy() -> None:
    world = World("/tickets", "/tickets")

    assert checked(world, "tickets/", api("ANY /tickets/items/{proxy+}", "ANY /tickets/{proxy+}")) == Check(
        "base path",
        "pass",
        "`/tickets` in both halves; `/tickets/openapi.json`, `/tickets/items` reaches the application",
    )
    assert world.asked == [
        "proxy /tickets/openapi.json",
        "OPTIONS /tickets/openapi.json",
        "proxy /tickets/items",
        "OPTIONS /tickets/items",
    ]


def test_a_version_that_leaves_requests_to_the_original_is_not_asked_to_pass_one_on() -> None:
    world = World("/tickets", "/tickets")

    found = checked(world, "/tickets", events="non-api")

    assert (found and found.result, world.asked) == ("pass", ["OPTIONS /tickets/openapi.json"])


@pytest.mark.parametrize(
    ("proxy", "service", "detail", "hint"),
    [
        ("/tickets", "", "the service takes off no base path, and `proxy.base_path` is `/tickets`", "service deploy"),
        ("", "/tickets", "proxy version 7 takes off no base path, and `proxy.base_path` is `/tickets`", "proxy deploy"),
    ],
)
def test_a_half_that_does_not_have_the_setting_is_named(proxy: str, service: str, detail: str, hint: str) -> None:
    assert checked(World(proxy, service), "/tickets") == Check(
        "base path", "fail", detail, f"`lambda-migrate {hint}` brings it there"
    )


def test_a_front_door_with_a_prefix_that_nothing_takes_off_fails() -> None:
    found = checked(World("", ""), None, api("ANY /tickets/{proxy+}"))

    text = "route `ANY /tickets/{proxy+}` leads to paths that the application does not have"
    assert found == Check("base path", "fail", text, HINT)


def test_a_path_of_the_application_that_is_answered_404_fails() -> None:
    world = World("/tickets", "/tickets")
    told = {"base_path": "/tickets", "paths": ["/hidden"]}

    assert checked(world, "/tickets", told=told) == Check(
        "base path",
        "fail",
        "`/tickets/hidden` through proxy version 7 is answered 404, and the application has that path",
        HINT,
    )
    found = checked(world, "/tickets", told=told, events="none")
    assert found
    assert found.detail == "`/tickets/hidden` without the proxy is answered 404, and the application has that path"


def test_what_cannot_be_proven_is_said() -> None:
    found = checked(World("/tickets", "/tickets"), "/tickets", told={})
    assert found
    assert (found.result, found.detail) == ("warn", "the service does not tell which base path it takes off")
    assert checked(World("", ""), None, Trigger("sqs", "q", "q", "", base.Settings(source="arn:q")), told={}) is None

    silent = World("/tickets", "/tickets")
    silent.client = Client(transport=httpx.MockTransport(_unreachable))
    assert checked(silent, "/tickets", events="none") == Check(
        "base path", "pass", "`/tickets` in both halves; `/tickets/openapi.json` reaches the application"
    )


def _unreachable(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectTimeout("", request=request)
