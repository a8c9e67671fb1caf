"""Every event of ours passes through the proxy and the whole service, whatever server runs it and stands in front.

HTTP events have to come to what they come to under Mangum, or to deviate as docs/proxy.md says; all others arrive and
are answered whole. `../shared` holds further events; they are sent too where it is.
"""

from __future__ import annotations

import contextlib
import copy
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from mangum import Mangum

from lambda_migrate.proxy.runtime.shapes import classify
from tests.events import non_http, requests
from tests.proxy.asgi import running
from tests.proxy.differential import ECHO, differences, own_events
from tests.proxy.service import KEY, Context, Function, function
from tests.service_library.nginx import behind_nginx, needs_nginx
from tests.service_library.whole import whole

if TYPE_CHECKING:
    from collections.abc import Iterator

SHARED = Path(__file__).parents[3] / "shared"
KNOWN_TO_MANGUM = ("rest-api", "http-api-1.0", "http-api-2.0", "function-url", "alb")
STATUSES = {"lattice-1.0": "200", "lattice-2.0": "200", "lambda-edge": "400"}
"""What is answered to requests that Mangum does not know; Lambda@Edge is refused."""

FRONTS = ["h11", "httptools", pytest.param("nginx", marks=needs_nginx)]


def handler(event: Any, _context: Any) -> Any:
    """Answer an event with itself, and a large one with its length."""
    text = event.get("text") if isinstance(event, dict) else None
    return len(text) if isinstance(text, str) else event


@pytest.fixture(scope="module", params=FRONTS)
def handle(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Function]:
    folder = tmp_path_factory.mktemp(request.param)
    service = whole(ECHO, handler, folder / "replays", KEY)
    with contextlib.ExitStack() as stack:
        server = "h11" if request.param == "nginx" else request.param
        url = stack.enter_context(running(service, http=server, lifespan="on", server_header=False))
        if request.param == "nginx":
            url = stack.enter_context(behind_nginx(url, folder))
        yield function(url)


def test_every_http_event_comes_to_what_it_comes_to_under_mangum(handle: Function) -> None:
    found = {name: differences(event, handle) for name, event in own_events().items()}

    assert {name: differing for name, differing in found.items() if differing} == {}


@pytest.mark.parametrize("make", [requests.lattice_1, requests.lattice_2])
def test_what_mangum_does_not_know_is_answered(handle: Function, make: Any) -> None:
    assert handle(make())["statusCode"] == 200


def test_every_other_event_arrives_whole_and_its_answer_comes_back(handle: Function) -> None:
    found = {name: handle(event) for name, event in non_http.OTHERS.items()}

    assert found == non_http.OTHERS


def test_every_recorded_event_passes(handle: Function) -> None:
    wrong: dict[str, Any] = {}
    for path in sorted((SHARED / "events").rglob("*.json")):
        event = json.loads(path.read_text())
        shape = classify(event).name
        if shape in KNOWN_TO_MANGUM:
            wrong[path.name] = compared(event, handle)
        else:
            answered = handle(event)
            told = str(answered.get("statusCode", answered.get("status"))) if shape in STATUSES else answered
            wrong[path.name] = {} if told == STATUSES.get(shape, event) else {shape: answered}

    assert {name: found for name, found in wrong.items() if found} == {}


def compared(event: Any, handle: Function) -> Any:
    try:
        Mangum(ECHO, lifespan="off")(copy.deepcopy(event), Context())
    except (AttributeError, KeyError, TypeError, ValueError):  # Mangum cannot read it
        status = handle(event)["statusCode"]
        return {} if status in (200, 400) else {"status": status}
    return differences(event, handle)


def test_every_case_of_the_proxy_passes(handle: Function) -> None:
    wrong = {}
    for path in sorted((SHARED / "cases" / "proxy").glob("*.json")):
        case = json.loads(path.read_text())
        if "big" in case:
            text = case["big"]["character"] * case["big"]["times"]
            wrong[path.name] = (len(text), handle({"text": text}, seconds=60))
        elif "event" in case and "client" in case["expect"]:
            handle(case["event"])
            wrong[path.name] = (case["expect"]["client"], ECHO.asked.pop()[0]["client"][0])
        elif "event" in case:
            wrong[path.name] = (200, handle(case["event"])["statusCode"])

    assert {name: found for name, found in wrong.items() if found[0] != found[1]} == {}
