"""The journey: which phases there are, and which of them comes when. Pure, and quick to import: `status` reads it.

How a phase is carried out stands in its own file, ``workflow/phases/<name>.py``; here is its one line, with what has to
be known of it without loading that file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambda_migrate.engine.runs import Run

State = Literal["open", "now", "done"]

LIFT, NON_API, API, WRAP_UP = "1 lift", "2 non-API", "3 API", "4 wrap up"
STAGES = (LIFT, NON_API, API, WRAP_UP)

_EVENTS = {NON_API: frozenset({"non-api", "all"}), API: frozenset({"api", "all"})}
"""The events that a proxy version passes on, by the stages that it takes part in."""

_PUBLISHED = "the proxy version is published, its traffic is not all moved"
_WRITTEN = "the service is written; `service deploy` comes next"
_PROVEN = ("service", "cutover", "direct", "retire")
_UNPUBLISHED = "its proxy version is not published yet"
_DIRECT = "triggers reach the service without Lambda; the function still exists"


class Mark(NamedTuple):
    """How far a stage is, as one phase sees it, with one line about it."""

    stage: str
    state: State
    detail: str = ""


class Facts(NamedTuple):
    """What the ledger and the disk say.

    Attributes:
        function: The function's name.
        lifted: Whether the service's repository is there.
        healthy: Whether the service was seen healthy from here.
        finished: The runs whose every step is applied, the oldest first.
        unfinished: The run that is open; None if there is none.
    """

    function: str
    lifted: bool
    healthy: bool = False
    finished: tuple[Run, ...] = ()
    unfinished: Run | None = None

    def latest(self, *phases: str) -> Run | None:
        """Return the latest finished run of these phases, or None."""
        return next((run for run in reversed(self.finished) if run.phase in phases), None)

    def under_way(self, phase: str) -> Run | None:
        """Return the open run, if it is one of this phase."""
        return self.unfinished if self.unfinished and self.unfinished.phase == phase else None

    @property
    def moved(self) -> frozenset[str]:
        """The events all of whose traffic was moved: ``non-api``, ``api``, ``all``."""
        whole = (run for run in self.finished if run.phase == "cutover" and not run.summary.get("holds"))
        return frozenset(events_of(run) for run in whole)

    @property
    def proxied(self) -> str:
        """The events that the latest proxy version passes on; "" without one."""
        run = self.latest("proxy")
        return events_of(run) if run else ""


def _no_marks(_facts: Facts) -> Iterator[Mark]:
    return iter(())


def _never(_facts: Facts) -> bool:
    return False


def _nothing(_facts: Facts) -> tuple[str, ...]:
    return ()


class Phase(NamedTuple):
    """A phase of the journey: one command's plan.

    Attributes:
        name: As the ledger has it.
        stage: The stage that it belongs to; "" where it belongs to none, or to those whose traffic it is about.
        command: The command that runs it, and carries on with it, without ``lambda-migrate``.
        marks: How far the stages are, as far as this phase tells.
        due: Whether it comes next, unless a later phase does.
        ahead: Command lines to type where it comes next, the likeliest first.
        owed: Whether it is still owed, whatever else comes next.
        planned: Whether `plan --phase` plans it.
        ends: Whether nothing comes after it.
    """

    name: str
    stage: str
    command: str
    marks: Callable[[Facts], Iterator[Mark]] = _no_marks
    due: Callable[[Facts], bool] = _never
    ahead: Callable[[Facts], tuple[str, ...]] = _nothing
    owed: Callable[[Facts], bool] = _never
    planned: bool = False
    ends: bool = False


def events_of(run: Run) -> str:
    """Return the events that the proxy version of a run passes on: ``non-api``, ``api``, ``all``."""
    return run.summary.get("events", "") or "all"


def _lifted(facts: Facts) -> Iterator[Mark]:
    """Traffic moves only to a service that was seen healthy, so whatever came after a deployment tells it as well."""
    if facts.healthy or facts.latest(*_PROVEN):
        yield Mark(LIFT, "done", "the service is deployed, and was healthy")
    elif facts.lifted:
        yield Mark(LIFT, "now", _WRITTEN)


def _proxied(facts: Facts) -> Iterator[Mark]:
    unfinished = facts.under_way("proxy")
    passed_on = {facts.proxied, events_of(unfinished) if unfinished else ""}
    detail = _UNPUBLISHED if unfinished else _PUBLISHED
    yield from (Mark(stage, "now", detail) for stage, events in _EVENTS.items() if events & passed_on)


def _moved(facts: Facts) -> Iterator[Mark]:
    yield from (
        Mark(stage, "done", "handled by the service") for stage, events in _EVENTS.items() if events & facts.moved
    )


def _directed(facts: Facts) -> Iterator[Mark]:
    if facts.latest("direct"):
        yield Mark(WRAP_UP, "now", _DIRECT)


def _retired(facts: Facts) -> Iterator[Mark]:
    if facts.latest("retire"):
        yield Mark(WRAP_UP, "done", "the function is deleted")


def _to_proxy(facts: Facts) -> tuple[str, ...]:
    if facts.moved:
        return ("proxy deploy --events all",)
    if facts.healthy or facts.latest(*_PROVEN):
        return ("doctor", "plan")  # which looks at the triggers, and says which events the first proxy version takes
    return ("doctor", "service deploy" if facts.lifted else "init")


PHASES: tuple[Phase, ...] = (
    Phase("freeze", LIFT, "freeze"),
    Phase("enforce", LIFT, "freeze --enforce --apply"),
    Phase("service", LIFT, "service deploy", marks=_lifted),
    Phase("pipeline", LIFT, "pipeline deploy"),
    Phase("proxy", "", "proxy deploy", marks=_proxied, due=lambda _facts: True, ahead=_to_proxy, planned=True),
    Phase(
        "cutover",
        "",
        "cutover",
        marks=_moved,
        due=lambda facts: bool(facts.proxied) and facts.proxied not in facts.moved,
        ahead=lambda _facts: ("verify", "cutover"),
        planned=True,
    ),
    Phase(
        "direct",
        WRAP_UP,
        "cutover --direct",
        marks=_directed,
        due=lambda facts: bool(facts.moved & _EVENTS[API]),
        ahead=lambda _facts: ("plan --phase direct", "cutover --direct"),
        planned=True,
    ),
    Phase("domain", "", "cutover --domain NAME"),
    Phase("rotate", "", "proxy rotate-key", planned=True),
    Phase(
        "rotate-finish",
        "",
        "proxy rotate-key --finish",
        owed=lambda facts: bool((run := facts.latest("rotate", "rotate-finish")) and run.summary.get("drops")),
        planned=True,
    ),
    Phase("cleanup", "", "cleanup", planned=True),
    Phase(
        "retire",
        WRAP_UP,
        "retire --confirm {function}",
        marks=_retired,
        due=lambda facts: facts.latest("direct", "retire") is not None,
        ahead=lambda facts: ("plan --phase retire", f"retire --confirm {facts.function}"),
        planned=True,
        ends=True,
    ),
)
"""Every phase, in the order of the journey: a new one is a file in ``workflow/phases/`` and a line here."""

AFTER_THE_END = ("report --html report.html",)
"""The last command lines of a migration: for the change ticket."""


def named(name: str) -> Phase | None:
    """Return the phase of that name; None for one of a newer version."""
    return next((phase for phase in PHASES if phase.name == name), None)


def command(name: str, function: str) -> str:
    """Return the command that runs a phase, and carries on with it, without ``lambda-migrate``.

    Args:
        name: The phase's.
        function: The function's name.
    """
    phase = named(name)
    return phase.command.format(function=function) if phase else name
