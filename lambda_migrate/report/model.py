"""What a report holds, whatever it is drawn as."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from lambda_migrate.report.proofs import Proofs

if TYPE_CHECKING:
    from lambda_migrate.planner.journey import State

NO_PROOFS = Proofs()

What = Literal["planned", "done", "undone", "verdict", "note", "open"]


@dataclass(frozen=True)
class Moment:
    """One line of the timeline.

    Attributes:
        at: ISO 8601, UTC.
        by: The caller's ARN.
        what: Which kind of thing happened.
        text: In one line.
        result: Of a verdict: ``pass``, ``fail``, ``inconclusive``; else "".
    """

    at: str
    by: str
    what: What
    text: str
    result: str = ""


@dataclass(frozen=True)
class Share:
    """From when on a share of the traffic went to the version on trial.

    Attributes:
        at: Seconds since the epoch.
        percent: 0 to 100.
    """

    at: float
    percent: float


@dataclass(frozen=True)
class Judgement:
    """A verdict of the ledger, with what it was decided on.

    Attributes:
        at: ISO 8601, UTC.
        step: What was judged, in one line.
        result: ``pass``, ``fail`` or ``inconclusive``.
        reasons: One line each.
        evidence: What was counted, by name.
    """

    at: str
    step: str
    result: str
    reasons: tuple[str, ...] = ()
    evidence: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Accepted:
    """A gate that the team has looked at and accepts.

    Attributes:
        rule: As migration.yaml names it.
        reason: Why, in the team's words.
        where: What it is limited to: phases, a file; "" for nothing.
        used: Who recorded a plan that it let pass, and when: ``(arn, ISO 8601)``; empty where none was.
    """

    rule: str
    reason: str
    where: str = ""
    used: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Caller:
    """A trigger, and its way there and back.

    Attributes:
        kind: As a person calls its kind.
        name: Its own.
        now: What it invokes now.
        next: Where the phase that comes next moves it; "" where it stays.
        back: How it goes back, or why it stays where it is.
        settles: Seconds until a change of it is in effect.
    """

    kind: str
    name: str
    now: str
    next: str
    back: str
    settles: float


@dataclass(frozen=True)
class Series:
    """A line of a chart.

    Attributes:
        name: What it shows.
        points: ``(seconds since the epoch, value)``, in rising order.
    """

    name: str
    points: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Traffic:
    """What CloudWatch counted in a window.

    Attributes:
        since: Seconds since the epoch.
        until: Likewise.
        period: Length of a period, in seconds.
        counts: Invocations for each period: of the function, and of those that the service answered.
        latency: p95 of the duration in milliseconds for each period: of the function, then of each version behind the
            alias while that had two.
        problem: Why there is none; "" where there is.
    """

    since: float = 0.0
    until: float = 0.0
    period: float = 60.0
    counts: tuple[Series, ...] = ()
    latency: tuple[Series, ...] = ()
    problem: str = ""

    @property
    def empty(self) -> bool:
        """Whether CloudWatch was asked, and counted nothing."""
        return not self.problem and not any(line.points for line in (*self.counts, *self.latency))


@dataclass(frozen=True)
class Report:
    """Where a migration stands, and how it came there.

    Attributes:
        function: The function's name.
        account: 12 digits; "" where nothing is recorded yet.
        region: Likewise.
        made: When the report was made, ISO 8601, UTC.
        version: Of lambda-migrate.
        stages: The four stages: name, how far, one line about it.
        live: What answers now, in one line.
        guard: What would put traffic back by itself, in one line.
        next: Command lines to type next.
        timeline: What happened, the oldest first.
        earlier: How many moments before the timeline are left out.
        shares: Of the traffic, on the version on trial.
        judgements: The verdicts, the oldest first.
        accepted: The gates that are accepted.
        callers: The triggers; None where AWS was not asked.
        owners: Who owns function, alias and triggers, one line each.
        unexplained: Callers of which nothing is known but that they may invoke, one line each.
        remaining: The steps of the phase that comes next, one line each.
        blockers: What stands against it, one line each.
        phase: The phase that comes next; "" where none does.
        traffic: What CloudWatch counted; None where AWS was not asked.
        latency: What it was before and after, in one line; "" where there is nothing to compare.
        damage: What the ledger's end lacks, one line each.
        proofs: What was found before the switch: differences, cost, load.
    """

    function: str
    account: str
    region: str
    made: str
    version: str
    stages: tuple[tuple[str, State, str], ...]
    live: str = ""
    guard: str = ""
    next: tuple[str, ...] = ()
    timeline: tuple[Moment, ...] = ()
    earlier: int = 0
    shares: tuple[Share, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    callers: tuple[Caller, ...] | None = None
    owners: tuple[str, ...] = ()
    unexplained: tuple[str, ...] = ()
    remaining: tuple[str, ...] = ()
    blockers: tuple[str, ...] = ()
    phase: str = ""
    traffic: Traffic | None = None
    latency: str = ""
    damage: tuple[str, ...] = field(default=())
    proofs: Proofs = NO_PROOFS

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return asdict(self)


@dataclass(frozen=True)
class Typed:
    """One call of a step.

    Attributes:
        command: The command line of the AWS CLI.
        check: The command line that shows whether it is done; "" where none does.
    """

    command: str
    check: str = ""


@dataclass(frozen=True)
class Instruction:
    """One step of a runbook.

    Attributes:
        id: The step's id.
        what: What it changes, in one line.
        why: The reason, one clause; "" for none.
        typed: Its calls, in their order; empty where it needs what an earlier step makes.
        calls: The calls that it may make where `typed` is empty, ``lambda:UpdateAlias``.
        more: Whether it may call more than is told, which what AWS shows after these calls decides.
        check: What shows whether it is done where `typed` is empty, a command line; "" where that lacks something too.
        expected: What the last check shows once it is done.
        waits: Seconds until the change is in effect.
        bake: Seconds that it is watched.
        risk: What to know before; "" for nothing.
        back: What going back does, in one line; "" where nothing undoes it.
    """

    id: str
    what: str
    why: str = ""
    typed: tuple[Typed, ...] = ()
    calls: tuple[str, ...] = ()
    more: bool = False
    check: str = ""
    expected: str = ""
    waits: float = 0.0
    bake: float = 0.0
    risk: str = ""
    back: str = ""


@dataclass(frozen=True)
class Runbook:
    """The plan that comes next, as steps for somebody who types them.

    Attributes:
        function: The function's name.
        phase: The plan's phase; "" where nothing comes next.
        plan: The plan's id.
        made: ISO 8601, UTC.
        command: What does all of it, ``lambda-migrate cutover``.
        instructions: In the order they are done.
        blockers: What stands against it, one line each.
        warnings: What to know, one line each.
    """

    function: str
    phase: str
    plan: str
    made: str
    command: str
    instructions: tuple[Instruction, ...] = ()
    blockers: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return asdict(self)
