"""What AWS delivers without waiting for an answer: both versions get the very same event, as often, and fail alike.

The triggers of both versions hang on one topic, bucket, rule or schedule, and the function writes down what came.

What MiniStack cannot: custom event buses' archives and replays, and the policies of a topic or bucket in between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from tests.sandbox.end_to_end import sources
from tests.sandbox.end_to_end.exchange import comparable, differing
from tests.sandbox.end_to_end.stage import BOTH, ORIGINAL, PROXIED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.sandbox.end_to_end.notebook import Note
    from tests.sandbox.end_to_end.stage import Stage

pytestmark = pytest.mark.sandbox

SECOND_TIME = {"raise": "OutOfStock", "message": ["not yet"], "until": 2}


@pytest.fixture(scope="module")
def delivered(stage: Stage) -> Iterator[dict[str, tuple[str, sources.Names]]]:
    """Let every source deliver, all at once, so that their waits pass together."""
    stage_of = {kind: f"source-{uuid4().hex[:12]}" for kind in sources.ASYNCHRONOUS}
    yield {kind: (marker, sources.ASYNCHRONOUS[kind](stage, marker)) for kind, marker in stage_of.items()}
    stage.aws.call("events", "disable_rule", Name=stage_of["EventBridge, scheduled"])


@pytest.fixture(scope="module", autouse=True)
def second_time(stage: Stage) -> dict[str, tuple[str, sources.Names]]:
    """Let two sources deliver events that fail the first time."""
    makers: dict[str, Callable[..., sources.Names]] = {"SNS": sources.sns, "EventBridge": sources.eventbridge}
    markers = {kind: f"again-{uuid4().hex[:12]}" for kind in makers}
    return {kind: (marker, makers[kind](stage, marker, SECOND_TIME)) for kind, marker in markers.items()}


def received(stage: Stage, marker: str, names: sources.Names, count: int = 1) -> dict[str, list[Any]]:
    """Return what each version got, comparable."""
    notes = {alias: stage.notebook.wait(alias, marker, count) for alias in BOTH}
    assert {note.handled_by for note in notes[ORIGINAL]} == {"lambda"}
    assert {note.handled_by for note in notes[PROXIED]} == {"service"}
    return {
        alias: [seen(note, stage, names[alias] | {f"{marker}-{alias}": "<schedule>"}) for note in found]
        for alias, found in notes.items()
    }


def seen(note: Note, stage: Stage, names: dict[str, str]) -> Any:
    """Return the event and the context of a note, comparable."""
    context = note.context | {"memory_limit_in_mb": str(note.context["memory_limit_in_mb"])}
    assert context.pop("function_version") == stage.versions[note.alias]
    return comparable({"event": note.event, "context": context}, stage.names(note.alias) | names)


@pytest.mark.parametrize("kind", sources.ASYNCHRONOUS)
def test_the_application_gets_the_same_event(
    stage: Stage, delivered: dict[str, tuple[str, sources.Names]], kind: str
) -> None:
    found = received(stage, *delivered[kind])

    assert found[PROXIED][0] == found[ORIGINAL][0]


@pytest.mark.parametrize("kind", sources.ASYNCHRONOUS)
def test_the_function_returns_the_same(
    stage: Stage, delivered: dict[str, tuple[str, sources.Names]], kind: str
) -> None:
    event = stage.notebook.wait(ORIGINAL, delivered[kind][0])[0].event

    answers = {alias: stage.invoke(alias, event) for alias in BOTH}

    assert differing(answers[ORIGINAL], answers[PROXIED]) == {
        "/version": (stage.versions[ORIGINAL], stage.versions[PROXIED])
    }


@pytest.mark.parametrize("kind", ["SNS", "EventBridge"])
def test_an_event_that_failed_comes_once_more(
    stage: Stage, second_time: dict[str, tuple[str, sources.Names]], kind: str
) -> None:
    marker, names = second_time[kind]
    found = received(stage, marker, names, 2)

    assert found[PROXIED] == found[ORIGINAL]
    for alias in BOTH:
        first, second = stage.notebook.notes(alias, marker)
        assert first.context["aws_request_id"] == second.context["aws_request_id"]
