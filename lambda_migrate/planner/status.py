"""Where the migration is: what the runs of the ledger add up to, and what to type next; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from lambda_migrate.planner import journey
from lambda_migrate.planner.journey import STAGES, Facts, Mark, command, named
from lambda_migrate.planner.whereabouts import SERVICE, whereabouts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.engine.runs import Run
    from lambda_migrate.planner.journey import Phase, State
    from lambda_migrate.planner.whereabouts import TriggerStatus

_FAR: tuple[State, ...] = ("open", "now", "done")
"""How far a stage is, in rising order."""


class Stage(NamedTuple):
    """One of the four stages: its name, how far it is, and one line about it."""

    name: str
    state: State
    detail: str = ""


class MigrationStatus(NamedTuple):
    """Where the migration is.

    Attributes:
        stages: The four stages.
        phase: The phase that comes next, or that is open.
        live: What answers now, in one line; "" where the ledger does not say.
        dangling: Ids of steps without an outcome.
        unfinished: The run that is open: ``{"phase", "at", "done", "steps"}``; None if there is none.
        guard: What would put traffic back by itself, and when, in one line; "" where nothing would.
        triggers: Where each trigger points: now, by what comes next, and after a rollback.
        began: When the first plan that stands was recorded, ISO 8601; "" before.
        ended: When the latest plan was recorded, once nothing comes after it; "" before.
        next: Command lines to type next, without ``lambda-migrate``, the likeliest first.
    """

    stages: tuple[Stage, ...]
    phase: str
    live: str = ""
    dangling: tuple[str, ...] = ()
    unfinished: dict[str, Any] | None = None
    guard: str = ""
    triggers: tuple[TriggerStatus, ...] = ()
    began: str = ""
    ended: str = ""
    next: tuple[str, ...] = ()

    @property
    def at_the_service(self) -> frozenset[str]:
        """The triggers that reach the service without Lambda, by the names that their rows have."""
        return frozenset(row.name for row in self.triggers if row.now == SERVICE)

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return {
            "stages": [stage._asdict() for stage in self.stages],
            "phase": self.phase,
            "live": self.live,
            "dangling": list(self.dangling),
            "unfinished": self.unfinished,
            "guard": self.guard,
            "triggers": [trigger._asdict() for trigger in self.triggers],
            "began": self.began or None,
            "ended": self.ended or None,
            "next": [f"lambda-migrate {line}" for line in self.next],
        }


def status_of(
    runs: Sequence[Run], *, lifted: bool, function: str, guard: str = "", healthy: bool = False
) -> MigrationStatus:
    """Work out where the migration is.

    Args:
        runs: Of the ledger, the oldest first.
        lifted: Whether the service's repository is there.
        function: The function's name.
        guard: What would put traffic back by itself, and when, in one line.
        healthy: Whether the service was seen healthy from here.
    """
    finished = tuple(run for run in runs if run.closed == "finished" and len(run.applied) == len(run.kinds))
    unfinished = next((run for run in reversed(runs) if run.under_way), None)
    facts = Facts(function, lifted, healthy, finished, unfinished)
    due = next((phase for phase in reversed(journey.PHASES) if phase.due(facts)), journey.PHASES[0])
    return MigrationStatus(
        stages=_stages(facts),
        phase=unfinished.phase if unfinished else due.name,
        live=_live(runs),
        dangling=tuple(run.dangling.id for run in runs if run.dangling),
        unfinished=_unfinished(unfinished) if unfinished else None,
        guard=guard,
        triggers=whereabouts(runs),
        began=next((run.at for run in runs if not run.is_back), ""),
        ended=_ended(facts),
        next=_next(facts, due),
    )


def _stages(facts: Facts) -> tuple[Stage, ...]:
    """Return the four stages: each is as far as the phase that saw it farthest says."""
    farthest = {name: Mark(name, "open") for name in STAGES}
    for mark in (*_under_way(facts), *(mark for phase in journey.PHASES for mark in phase.marks(facts))):
        farthest[mark.stage] = max(mark, farthest[mark.stage], key=_far)
    return tuple(Stage(*mark) for mark in farthest.values())


def _far(mark: Mark) -> tuple[int, bool]:
    """Return how far a mark is; of two that are as far, the one that has something to say comes first."""
    return _FAR.index(mark.state), bool(mark.detail)


def _under_way(facts: Facts) -> Iterator[Mark]:
    """Yield the stage of the run that is open."""
    phase = named(facts.unfinished.phase) if facts.unfinished else None
    if phase and phase.stage:
        yield Mark(phase.stage, "now")


def _live(runs: Sequence[Run]) -> str:
    """Return the alias' position after the latest weight or alias step that is applied."""
    for run in reversed(runs):
        if run.closed == "finished" and (phase := named(run.phase)) and phase.ends:
            return "nothing: the function is deleted"
        for step in reversed(run.applied):
            if run.kinds[step] == "shift_weight":
                return _position(run.actions[step])
            if run.kinds[step] == "create_alias":
                return "all of it on the original version, through the alias"
    return ""


def _position(action: dict[str, Any]) -> str:
    after = action["after"]
    shares = "".join(f", {weight * 100:g} % on version {number}" for number, weight in after["weights"].items())
    return f"alias {action['alias']} is at version {after['version']}{shares}"


def _unfinished(run: Run) -> dict[str, Any]:
    return {"phase": run.phase, "at": run.at, "done": len(run.applied), "steps": len(run.kinds)}


def _ended(facts: Facts) -> str:
    """Return when the last phase was recorded, if nothing comes after it."""
    last = facts.latest(*(phase.name for phase in journey.PHASES if phase.ends))
    return last.at if last else ""


def _next(facts: Facts, due: Phase) -> tuple[str, ...]:
    if facts.unfinished:
        return (command(facts.unfinished.phase, facts.function), "rollback --last")
    if any(phase.ends and facts.latest(phase.name) for phase in journey.PHASES):
        return journey.AFTER_THE_END
    owed = (phase.command for phase in journey.PHASES if phase.owed(facts))
    return (*owed, *due.ahead(facts))
