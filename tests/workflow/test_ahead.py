"""What `doctor` tells of the gates of phases that are still to come."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from lambda_migrate.engine.plan import Plan
from lambda_migrate.errors import MigrateError, NotAllowed, NotFound
from lambda_migrate.verify.check import Check
from lambda_migrate.workflow import ahead

if TYPE_CHECKING:
    from lambda_migrate.workflow.context import Context

SNAP = "snap-start: SnapStart restores versions from snapshots, which the proxy has not been proven with"
QUEUE = "sqs-without-consumer: the service does not poll queue `jobs` yet"
EXPLAINED = "`lambda-migrate explain {}` says why, and what to do"


@dataclass
class Plans:
    """The plans of the phases: what blocks each, or what went wrong."""

    blockers: dict[str, tuple[str, ...] | MigrateError] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __call__(self, _context: Context, phase: str) -> Plan:
        self.asked.append(phase)
        found = self.blockers.get(phase, ())
        if isinstance(found, MigrateError):
            raise found
        return Plan(phase, "arn", "f", blockers=found)


def at(phase: str) -> Context:
    parts = {"status": lambda: SimpleNamespace(phase=phase), "migration": SimpleNamespace(function="orders")}
    return cast("Context", SimpleNamespace(**parts))


@pytest.mark.parametrize(
    ("phase", "asked"),
    [
        ("proxy", ["proxy", "cutover", "direct"]),
        ("freeze", ["proxy", "cutover", "direct"]),
        ("cutover", ["cutover", "direct"]),
        ("direct", ["direct"]),
        ("retire", []),
    ],
)
def test_the_phases_that_are_still_to_come_are_asked(phase: str, asked: list[str]) -> None:
    plans = Plans()

    assert list(ahead.checks(at(phase), set(), plans)) == []
    assert plans.asked == asked


def test_a_gate_is_told_once_with_the_command_that_asks_it_first() -> None:
    plans = Plans({"proxy": (SNAP,), "cutover": (SNAP, QUEUE), "direct": (QUEUE,)})
    told = {"said by another check"}

    assert list(ahead.checks(at("proxy"), told, plans)) == [
        Check("proxy deploy", "warn", SNAP, EXPLAINED.format("snap-start")),
        Check("cutover", "warn", QUEUE, EXPLAINED.format("sqs-without-consumer")),
    ]
    assert list(ahead.checks(at("proxy"), told, plans)) == []


@pytest.mark.parametrize("gate", sorted(ahead.NOT_YET | ahead.SEEN))
def test_what_an_earlier_phase_opens_or_another_check_tells_is_left_out(gate: str) -> None:
    assert list(ahead.checks(at("cutover"), set(), Plans({"cutover": (f"{gate}: not yet",)}))) == []


def test_a_phase_that_cannot_be_planned_is_told_and_the_next_one_asked() -> None:
    refused = NotAllowed("`sns:GetTopicAttributes` is not allowed", hint="attach the policy")
    plans = Plans({"cutover": refused, "direct": (QUEUE,)})

    assert list(ahead.checks(at("cutover"), set(), plans)) == [
        Check("cutover", "warn", refused.message, refused.hint),
        Check("cutover --direct", "warn", QUEUE, EXPLAINED.format("sqs-without-consumer")),
    ]


def test_without_the_function_another_check_tells() -> None:
    assert list(ahead.checks(at("proxy"), set(), Plans({"proxy": NotFound("gone"), "cutover": (QUEUE,)}))) == []
