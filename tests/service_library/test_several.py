"""Several functions in one service: whose a request is, what starts and stops, and what cannot share."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from fastapi import FastAPI
from lambda_migrate_service import (
    EVENTS_PATH,
    BasePath,
    Concurrency,
    Dispatcher,
    EventsEndpoint,
    Function,
    Health,
    LambdaProxy,
    Lifespan,
    Named,
    Readiness,
    Replays,
    Service,
    SettingsError,
    Several,
    SignatureVerifier,
)
from lambda_migrate_service.proxy.signing_keys import SigningKeys, parse
from lambda_migrate_service.route_overlap import overlap
from lambda_migrate_service.testing import Client, sign

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

KEYS = {"orders": "k1:secret-of-orders", "jobs": "k2:secret-of-jobs"}


@dataclass
class Made:
    """A function's service, and what became of it."""

    service: Service
    seen: list[Any] = field(default_factory=list)


def application(name: str, *paths: str, seen: list[Any], fails: bool = False) -> FastAPI:
    @asynccontextmanager
    async def live(_app: FastAPI) -> AsyncIterator[dict[str, str]]:
        if fails:
            raise RuntimeError("no database")
        seen.append("started")
        yield {"owner": name}
        seen.append("stopped")

    app = FastAPI(lifespan=live)
    for path in paths:
        app.add_api_route(path, lambda: {"by": name})
    return app


def made(name: str, memory: Path, *paths: str, base_path: str = "", fails: bool = False) -> Made:
    seen: list[Any] = []
    app = application(name, *paths, seen=seen, fails=fails)
    function = Function(name, "eu-west-1", "123456789012", 128, 30.0)
    proxy = LambdaProxy(SignatureVerifier(SigningKeys(parse(KEYS[name]))), Replays(memory / name, 300.0), function)

    def handler(event: Any, context: Any) -> Any:
        seen.append((event, context.function_name))
        return {"by": name}

    readiness = Readiness()
    inner: Any = proxy.middleware(app, BasePath(app, base_path), "1", [])
    events = EventsEndpoint(inner, [proxy.events], Dispatcher(handler, workers=2, handlers={}))
    health = Health(Concurrency(events, 2), readiness, readiness_path=f"/ready-{name}")
    serves = events.serves(name, app, base_path, f"/ready-{name}")
    lifespan = Lifespan(app, "on", [], readiness)
    return Made(Service(proxy.signatures(health), lifespan, readiness, [], 2, serves), seen)


def signed(name: str, method: str, path: str, body: bytes = b"", key: str = "") -> dict[str, str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LAMBDA_MIGRATE_SIGNING_KEYS", key or KEYS[name])
        return sign(method, path, body, context={"context": {"function_name": name}})


def test_each_request_reaches_the_function_that_it_is_for(tmp_path: Path) -> None:
    orders = made("orders", tmp_path, "/orders/{identifier}", base_path="/api")
    jobs = made("jobs", tmp_path, "/jobs")
    body = json.dumps({"event": {"source": "shop"}}).encode()

    with Client(Several([orders.service, jobs.service])) as client:
        asked = {
            "direct": client.get("/orders/1"),
            "the other": client.get("/jobs"),
            "by base path": client.get("/api/orders/1"),
            "signed, for a path of the other": client.get("/jobs", signed("orders", "GET", "/jobs")),
            "event": client.request("POST", EVENTS_PATH, signed("jobs", "POST", EVENTS_PATH, body), body),
            "signed with its key, as a copy of it": client.get(
                "/jobs", signed("jobs-test", "GET", "/jobs", key=KEYS["jobs"])
            ),
            "the other's key": client.get("/jobs", signed("orders", "GET", "/jobs", key=KEYS["jobs"])),
            "stranger's event": client.request("POST", EVENTS_PATH, {}, body),
            "ready": client.get("/ready-orders"),
            "nowhere": client.get("/nowhere"),
        }
        told = {name: (answer.status, answer.content.get("by")) for name, answer in asked.items()}
        jobs.service.readiness.started = False
        late = client.get("/ready-orders")

    assert told == {
        "direct": (200, "orders"),
        "the other": (200, "jobs"),
        "by base path": (200, "orders"),
        "signed, for a path of the other": (404, None),
        "event": (200, "jobs"),
        "signed with its key, as a copy of it": (200, "jobs"),
        "the other's key": (404, None),
        "stranger's event": (404, None),
        "ready": (200, None),
        "nowhere": (404, None),
    }
    assert (late.status, orders.seen, jobs.seen) == (
        503,
        ["started", "stopped"],
        ["started", ({"source": "shop"}, "jobs"), "stopped"],
    )


def test_one_that_does_not_start_stops_those_that_have(tmp_path: Path) -> None:
    orders, jobs = made("orders", tmp_path, "/orders"), made("jobs", tmp_path, "/jobs", fails=True)

    with pytest.raises(RuntimeError, match=r"jobs: "), Client(Several([orders.service, jobs.service])):
        pass
    assert orders.seen == ["started", "stopped"]


def test_what_two_would_take_stops_the_start(tmp_path: Path) -> None:
    one, other = made("orders", tmp_path, "/orders/{which}", "/same"), made("jobs", tmp_path, "/orders/new", "/same")
    with pytest.raises(SettingsError) as raised:
        Several([one.service, other.service])

    assert raised.value.problems == [
        "GET /orders/{which} of orders collides with /orders/new of jobs",
        "GET /same of orders collides with /same of jobs",
    ]
    apart = [made("orders", tmp_path, "/same", base_path="/a"), made("jobs", tmp_path, "/same", base_path="b")]
    with Client(Several([each.service for each in apart])) as client:
        assert [client.get(path).content["by"] for path in ("/a/same", "/b/same")] == ["orders", "jobs"]
    with pytest.raises(SettingsError, match="function orders is there twice"):
        Several([one.service, one.service])


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ("/a", "/a/", True),
        ("/a", "/b", False),
        ("/a/{x}", "/a/b", True),
        ("/a/{x}", "/a/b/c", False),
        ("/a/{x:path}", "/a/b/c", True),
        ("/{x:path}", "/", True),
        ("/a", "/a/{x:path}", True),
        ("/a/b", "/{x}", False),
        ("/item-{x}", "/order-{x}", False),
        ("/{x}.json", "/{x}.xml", False),
        ("/item-{x}.json", "/{y}.json", True),
        ("/item-{x}", "/item-", False),
        ("/item-{x}", "/item-7", True),
    ],
)
def test_paths_overlap_where_one_request_fits_both(one: str, other: str, *, both: bool) -> None:
    assert (overlap(one, other), overlap(other, one)) == (both, both)


def test_each_function_has_variables_of_its_own() -> None:
    variables = {
        "TABLE": "t",
        "LAMBDA_MIGRATE_SIGNING_KEYS": "k1:a",
        "LAMBDA_MIGRATE_SIGNING_KEYS_JOBS": "k2:b",
        "LAMBDA_MIGRATE_SNS_TOPICS": "arn",
        "SERVICE_TIMEOUT": "9",
        "SERVICE_TIMEOUT_JOBS": "300",
        "SERVICE_CONCURRENCY": "5",
    }
    own = Named(variables, "JOBS")

    assert dict(own) == {
        "TABLE": "t",
        "LAMBDA_MIGRATE_SIGNING_KEYS": "k2:b",
        "SERVICE_TIMEOUT": "300",
        "SERVICE_CONCURRENCY": "5",
    }
    assert len(own) == 4
    own["LAMBDA_MIGRATE_DOOR_KEY"], own["PLACE"] = "x", "here"
    del own["TABLE"]
    assert (variables["LAMBDA_MIGRATE_DOOR_KEY_JOBS"], variables["PLACE"], "TABLE" in variables) == ("x", "here", False)
