"""Where the migration stands: what the runs of the ledger add up to, and what to type next; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from lambda_migrate.engine.commands import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_migrate.engine.runs import Run

State = Literal["done", "now", "open"]

_PUBLISHED = "the proxy version is published, its traffic is not all moved"

NON_API, API = frozenset({"non-api", "all"}), frozenset({"api", "all"})


class Stage(NamedTuple):
    """One of the four steps: its name, how far it is, and one line about it."""

    name: str
    state: State
    detail: str = ""


class Standing(NamedTuple):
    """Where the migration stands.

    Attributes:
        stages: The four steps.
        live: What answers now, in one line; "" where the ledger does not say.
        dangling: Ids of steps without an outcome.
        unfinished: The run that is open: ``{"phase", "at", "done", "steps"}``; None where there is none.
        phase: The phase that comes next, or that is open.
        next: Command lines to type next, without ``lambda-migrate``, the likeliest first.
    """

    stages: tuple[Stage, ...]
    phase: str
    live: str = ""
    dangling: tuple[str, ...] = ()
    unfinished: dict[str, Any] | None = None
    next: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return {
            "stages": [stage._asdict() for stage in self.stages],
            "phase": self.phase,
            "live": self.live,
            "dangling": list(self.dangling),
            "unfinished": self.unfinished,
            "next": [f"lambda-migrate {command}" for command in self.next],
        }


@dataclass
class _Facts:
    """What the finished runs say, gathered oldest first."""

    proxied: str = ""
    moved: frozenset[str] = frozenset()
    direct: str = ""
    retired: str = ""
    old_key: str = ""

    def take(self, run: Run) -> None:
        if run.phase == "proxy":
            self.proxied = events_of(run)
        elif run.phase == "cutover":
            self.moved |= {events_of(run)}
        elif run.phase == "direct":
            self.direct = run.at
        elif run.phase == "retire":
            self.retired = run.at
        elif run.phase in ("rotate", "rotate-finish"):
            self.old_key = run.summary.get("drops", "")


def events_of(run: Run) -> str:
    """Return the events that the proxy version of a run passes on: ``non-api``, ``api``, ``all``."""
    return run.summary.get("events", "") or "all"


def standing(runs: Sequence[Run], *, lifted: bool, function: str) -> Standing:
    """Work out where the migration stands.

    Args:
        runs: Of the ledger, the oldest first.
        lifted: Whether the service's repository is there.
        function: The function's name.
    """
    facts = _Facts()
    for run in runs:
        if run.closed == "finished" and len(run.applied) == len(run.actions):
            facts.take(run)
    unfinished = next((run for run in reversed(runs) if run.under_way), None)
    return Standing(
        stages=_stages(facts, unfinished, lifted=lifted),
        phase=unfinished.phase if unfinished else _phase(facts),
        live=_live(runs),
        dangling=tuple(run.dangling.id for run in runs if run.dangling),
        unfinished=_unfinished(unfinished) if unfinished else None,
        next=_next(facts, unfinished, lifted=lifted, function=function),
    )


def _stages(facts: _Facts, unfinished: Run | None, *, lifted: bool) -> tuple[Stage, ...]:
    phase = unfinished.phase if unfinished else ""
    underway = (events_of(unfinished) if unfinished and phase == "proxy" else facts.proxied) if phase else ""
    non_api, api = bool(facts.moved & NON_API), bool(facts.moved & API)
    detail = "its proxy version is not published yet" if phase == "proxy" else _PUBLISHED
    return (
        Stage("1 lift", "done" if lifted else "open", "the service is written" if lifted else ""),
        _traffic_stage("2 non-API", done=non_api, now=facts.proxied in NON_API or underway in NON_API, detail=detail),
        _traffic_stage("3 API", done=api, now=facts.proxied in API or underway in API, detail=detail),
        _last_stage(facts, phase),
    )


def _traffic_stage(name: str, *, done: bool, now: bool, detail: str) -> Stage:
    if done:
        return Stage(name, "done", "handled by the service")
    return Stage(name, "now", detail) if now else Stage(name, "open")


def _last_stage(facts: _Facts, phase: str) -> Stage:
    if facts.retired:
        return Stage("4 wrap up", "done", "the function is deleted")
    if facts.direct:
        return Stage("4 wrap up", "now", "triggers reach the service without Lambda; the function still exists")
    return Stage("4 wrap up", "now" if phase in ("direct", "retire") else "open")


def _live(runs: Sequence[Run]) -> str:
    """Return the alias' position after the latest weight or alias step that stands."""
    for run in reversed(runs):
        if run.phase == "retire" and run.closed == "finished":
            return "nothing: the function is deleted"
        for action in (run.actions[step] for step in reversed(run.applied)):
            if action["kind"] == "shift_weight":
                return _position(action)
            if action["kind"] == "create_alias":
                return "all of it on the original version, through the alias"
    return ""


def _position(action: dict[str, Any]) -> str:
    after = action["after"]
    shares = "".join(f", {weight * 100:g} % on version {number}" for number, weight in after["weights"].items())
    return f"alias {action['alias']} is at version {after['version']}{shares}"


def _unfinished(run: Run) -> dict[str, Any]:
    return {"phase": run.phase, "at": run.at, "done": len(run.applied), "steps": len(run.actions)}


def _phase(facts: _Facts) -> str:
    if facts.direct or facts.retired:
        return "retire"
    if facts.moved & API:
        return "direct"
    return "cutover" if facts.proxied and facts.proxied not in facts.moved else "proxy"


def _next(facts: _Facts, unfinished: Run | None, *, lifted: bool, function: str) -> tuple[str, ...]:
    if unfinished:
        return (COMMANDS[unfinished.phase].format(function=function), "rollback --last")
    if facts.retired:
        return ()
    ahead = _ahead(facts, lifted=lifted, function=function)
    return (COMMANDS["rotate-finish"], *ahead) if facts.old_key else ahead


def _ahead(facts: _Facts, *, lifted: bool, function: str) -> tuple[str, ...]:
    if facts.moved and _phase(facts) == "proxy":
        return ("proxy deploy --events all",)
    return {
        "proxy": ("doctor", "proxy deploy --events non-api" if lifted else "init"),
        "cutover": ("verify", "cutover"),
        "direct": ("plan --phase direct", "cutover --direct"),
        "retire": ("plan --phase retire", COMMANDS["retire"].format(function=function)),
    }[_phase(facts)]
