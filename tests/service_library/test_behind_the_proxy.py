"""Behind the proxy the application sees its own clients: no front, no base path, no probe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lambda_migrate_service.health import Health, Readiness
from lambda_migrate_service.proxy import SignatureMiddleware, SignatureVerifier
from lambda_migrate_service.proxy.signing_keys import SigningKeys, parse

from tests.service_library.calling import call
from tests.service_library.signed_world import CONTEXT, World
from tests.service_library.signer import signed

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_health_checks_of_a_client_of_the_api_are_the_applications(tmp_path: Path) -> None:
    world = World(tmp_path)
    readiness = Readiness()
    app = SignatureMiddleware(Health(world.door, readiness), SignatureVerifier(SigningKeys(parse("k1:first-secret"))))
    for path in ("/healthz", "/readyz"):
        of_a_client = call(app, "GET", path, signed("GET", path, context=CONTEXT))
        of_the_proxy = call(app, "GET", path, signed("GET", path, context={"context": CONTEXT["context"]}))
        of_the_platform = call(app, "GET", path)
        assert of_a_client.body == b"from the application"
        assert [answer.content["status"] for answer in (of_the_proxy, of_the_platform)] == [
            {"/healthz": "alive", "/readyz": "starting"}[path]
        ] * 2
    assert [scope["path"] for scope in world.app.scopes] == ["/healthz", "/readyz"]
    assert [name for name in world.scope if name.startswith("lambda_migrate.")] == []


@pytest.mark.parametrize(
    ("maps", "forwarded", "scheme"),
    [
        (
            {"headers": {"X-Forwarded-For": "6.6.6.6, 203.0.113.7", "X-Forwarded-Proto": "https", "accept": "*/*"}},
            [("x-forwarded-for", "6.6.6.6, 203.0.113.7"), ("x-forwarded-proto", "https")],
            "https",
        ),
        (
            {"headers": {"X-Forwarded-For": "b"}, "multiValueHeaders": {"X-Forwarded-For": ["a", "b"], "accept": [1]}},
            [("x-forwarded-for", "a"), ("x-forwarded-for", "b")],
            "https",
        ),
        ({"headers": {"accept": "*/*"}, "multiValueHeaders": None}, [], "https"),
        ({}, [], "https"),
        (
            {"headers": {"X-Real-IP": "1", "CloudFront-Viewer-Country": "DE", "Via": "2.0 cdn", "forwarded": "for=x"}},
            [("cloudfront-viewer-country", "DE"), ("forwarded", "for=x"), ("via", "2.0 cdn"), ("x-real-ip", "1")],
            "https",
        ),
        (
            {
                "headers": {
                    "x-forwarded-é": "1",
                    "x-forwarded-a b": "1",
                    "x-forwarded-c": "a\x01b",
                    "x-forwarded-d": None,
                }
            },
            [("x-forwarded-c", "a b")],
            "https",
        ),
        (
            {"headers": {"X-Amzn-Trace-Id": "of the event", "x-amzn-mtls-clientcert-subject": "CN=ada"}},
            [("x-amzn-mtls-clientcert-subject", "CN=ada")],
            "https",
        ),
    ],
    ids=["single", "several", "none", "no headers", "of CDNs", "odd ones", "of load balancers"],
)
def test_what_stands_in_front_of_the_service_does_not_show(
    world: World, maps: Any, forwarded: list[tuple[str, str]], scheme: str
) -> None:
    context = {**CONTEXT, "event": {**CONTEXT["event"], **maps}}
    own = {"accept": "*/*", "x-amzn-trace-id": "of this invocation"}
    added = {
        "x-forwarded-for": "203.0.113.7, 10.0.0.9",
        "x-forwarded-proto": "http",
        "X-Forwarded-Port": "80",
        "X-Real-IP": "10.0.0.9",
        "via": "1.1 front",
        "Connection": "upgrade",
        "Upgrade": "h2c",
    }
    call(world.door, "GET", "/x", {**own, **added, **signed("GET", "/x", context=context)})
    expected = [(name.encode(), value.encode()) for name, value in (*own.items(), *forwarded)]
    assert (world.scope["headers"], world.scope["scheme"]) == (expected, scheme)


def test_the_old_base_path_works_for_direct_callers_only(tmp_path: Path) -> None:
    world = World(tmp_path, base_path="/api")
    for target, headers in (
        ("/api/orders?x=1", {}),
        ("/api", {}),
        ("/apifoo", {}),
        ("/orders", {}),
        ("/api/orders", signed("GET", "/api/orders", context=CONTEXT)),
    ):
        call(world.door, "GET", target, headers)
    assert [scope["path"] for scope in world.app.scopes] == ["/orders", "/", "/apifoo", "/orders", "/api/orders"]
    assert [scope["raw_path"] for scope in world.app.scopes] == [
        b"/orders",
        b"/",
        b"/apifoo",
        b"/orders",
        b"/api/orders",
    ]


def test_the_probe_answers_to_the_proxy_alone(world: World) -> None:
    path = "/lambda-proxy-probe"
    answer = call(world.door, "GET", path, signed("GET", path))
    assert (answer.status, answer.content) == (
        200,
        {
            "service": "orders",
            "version": "1.2.3",
            "started": answer.content["started"],
            "consumers": [],
            "base_path": "",
            "paths": [],
            "door": None,
        },
    )
    assert answer.content["started"].endswith("Z")
    assert [call(world.door, "GET", path, headers).status for headers in ({}, signed("GET", "/other"))] == [404, 404]
    assert world.app.scopes == []
