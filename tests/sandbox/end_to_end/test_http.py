"""Requests through every HTTP front door: the application sees the same behind the proxy, and the client gets the same.

Each request goes to two doors of one kind, one in front of the original version and one in front of the proxy version.
What differs is written down in ``differences.py``.

Not shown here, because MiniStack's front doors cannot: request headers that are repeated (it joins them before any
door), ``cookies`` as a list in payload 2.0, mappings of custom domains, authorizers of load balancers. The tests of the
proxy show them on events as AWS sends them.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.end_to_end import differences, doors
from tests.sandbox.end_to_end.exchange import Answer, Request, comparable, differing, send
from tests.sandbox.end_to_end.stage import BOTH, ORIGINAL, PROXIED
from tests.sandbox.end_to_end.stimuli import ANSWERS, BASE, SEEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.sandbox.end_to_end.stage import Stage

    Ask = Callable[[str, Request], dict[str, Answer]]

pytestmark = pytest.mark.sandbox


@pytest.fixture(scope="session")
def entrances(stage: Stage) -> dict[str, dict[str, doors.Entrance]]:
    return {kind: doors.build(stage, kind) for kind in doors.DOORS}


@pytest.fixture(scope="session")
def ask(stage: Stage, entrances: dict[str, dict[str, doors.Entrance]]) -> Iterator[Ask]:
    """Send a request to both versions through one kind of door, at the same time."""
    pool = ThreadPoolExecutor(len(BOTH))

    def both(door: str, request: Request) -> dict[str, Answer]:
        base = "" if door.startswith("load balancer") else "/api"
        asked = replace(request, target=request.target.replace(BASE, base) or "/")
        sent = {alias: pool.submit(send, stage.port, entrances[door][alias].prefix, asked) for alias in BOTH}
        return {alias: sent[alias].result() for alias in BOTH}

    yield both
    pool.shutdown()


@pytest.mark.parametrize("door", doors.DOORS)
@pytest.mark.parametrize("request_", SEEN.values(), ids=SEEN)
def test_the_application_sees_the_same(
    stage: Stage, entrances: dict[str, dict[str, doors.Entrance]], ask: Ask, door: str, request_: Request
) -> None:
    answers = ask(door, request_)

    def told(alias: str) -> dict[str, Any]:
        assert answers[alias].status == 200, answers[alias]
        facts: dict[str, Any] = json.loads(answers[alias].body)
        return facts

    def readable(facts: dict[str, Any], alias: str) -> Any:
        return comparable(facts, doors.names(stage, entrances[door][alias], alias))

    if door != "HTTP API, payload 2.0":  # whose path is decoded before any function sees it
        assert told(PROXIED)["raw_path"] == request_.target.removeprefix(BASE).partition("?")[0]
    before = differences.behind_the_proxy(told(ORIGINAL), stage.versions[PROXIED])
    after = differences.with_the_raw_path_unescaped(told(PROXIED))
    assert differing(readable(before, ORIGINAL), readable(after, PROXIED)) == {}


@pytest.mark.parametrize("door", doors.DOORS)
@pytest.mark.parametrize("request_", ANSWERS.values(), ids=ANSWERS)
def test_the_client_gets_the_same(ask: Ask, door: str, request_: Request) -> None:
    answers = ask(door, request_)

    assert answers[PROXIED] == answers[ORIGINAL]
