from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from lambda_migrate.verify.probe import Probe, probe


@dataclass
class Recorded:
    """An AWS that answers what it is told to and remembers what it was asked."""

    answers: dict[str, Any]
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def call(self, service: str, operation: str, **parameters: Any) -> Any:
        self.asked.append((f"{service}.{operation}", parameters))
        return self.answers[operation]

    def pages(self, service: str, operation: str, key: str, **parameters: Any) -> Any:
        return self.call(service, operation, **parameters)[key]


def invoked(answer: object, **more: str) -> Any:
    content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return Recorded({"invoke": {"Payload": io.BytesIO(content), **more}})


def test_a_probe_tells_what_was_reached_how_fast_and_which_queues_are_polled() -> None:
    service = {
        "service": "orders",
        "version": "2",
        "started": "2026-03-01T12:00:00Z",
        "consumers": [{"queue": "arn:q1", "polling": True}, {"queue": "arn:q2", "polling": False}],
    }
    said = {"probe": 1, "reached": True, "milliseconds": 3.2, "status": 200, "service": service, "events": "all"}
    aws = invoked({"lambda-migrate": {**said, "version": "7", "error": None}})

    found = probe(aws, "orders", "7")

    assert found == Probe("7", True, 3.2, "all", "", service)
    assert found.consumers == frozenset({"arn:q1"})
    assert aws.asked == [
        (
            "lambda.invoke",
            {"FunctionName": "orders", "Qualifier": "7", "Payload": b'{"lambda-migrate": {"probe": 1}}'},
        )
    ]


@pytest.mark.parametrize(
    ("aws", "problem"),
    [
        (
            invoked({"lambda-migrate": {"reached": False, "error": "connection refused", "status": None}}),
            "connection refused",
        ),
        (
            invoked({"lambda-migrate": {"reached": False, "error": None, "status": 404}}),
            "the service answered 404: it does not accept the signing key",
        ),
        (invoked({"errorType": "KeyError"}, FunctionError="Unhandled"), "version 7 does not answer probes KeyError"),
        (invoked({"ok": True}), "version 7 does not answer probes"),
        (invoked(b"\xff"), "version 7 does not answer probes"),
        (invoked(None), "version 7 does not answer probes"),
    ],
    ids=["refused", "wrong key", "an original that fails", "an original that answers", "no JSON", "null"],
)
def test_a_probe_that_does_not_reach_says_why(aws: Any, problem: str) -> None:
    found = probe(aws, "orders", "7")

    assert (found.reached, found.problem) == (False, problem)
