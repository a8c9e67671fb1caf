"""A verdict is ``pass``, ``fail`` or ``inconclusive``; too little traffic, or silence, is never a pass. All pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from lambda_migrate.engine.verdict import Verdict
from lambda_migrate.verify.comparison import HALF, LatencyComparison, ShareComparison
from lambda_migrate.verify.statistics import Share
from lambda_migrate.verify.traffic import COMPLETE, PERCENTILES, Flow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_migrate.config import Verify
    from lambda_migrate.engine.source_metrics import SourceMetrics
    from lambda_migrate.verify.comparison import Against, Comparison
    from lambda_migrate.verify.metrics import Measured
    from lambda_migrate.verify.traffic import Traffic

WELL = "the service is healthy"


@dataclass(frozen=True)
class Health:
    """How the service is.

    Attributes:
        problem: What is wrong, or "" for healthy.
        seconds: How long the slowest answer took, in seconds.
        reached: Whether it answered at all.
        slow: Whether all that is wrong is that it was slow.
        seen: What each place that asked saw, by the place.
    """

    problem: str = ""
    seconds: float = 0.0
    reached: bool = True
    slow: bool = False
    seen: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Alarms:
    """What the alarms of `verify.alarms` say: their states by name, ``MISSING`` for one that does not exist."""

    states: dict[str, str] = field(default_factory=dict)

    def of(self, state: str) -> list[str]:
        """Return the names of the alarms in a state."""
        return [name for name, known in self.states.items() if known == state]

    @property
    def problem(self) -> str:
        """Why the verdict is a fail, or ""."""
        return _named(self.of("ALARM"), "in ALARM")

    @property
    def doubt(self) -> str:
        """Why the verdict cannot be a pass, or ""."""
        return _named(self.of("MISSING"), "not there")

    @property
    def remark(self) -> str:
        """What a person should know, or ""."""
        return _named(self.of("INSUFFICIENT_DATA"), "without enough data")


@dataclass(frozen=True)
class Surroundings:
    """What is looked at beside the traffic.

    Attributes:
        health: Of the service.
        alarms: Of `verify.alarms`.
        silence: Why the proxy's metrics would not arrive, as far as AWS tells, or "".
    """

    health: Health = field(default_factory=Health)
    alarms: Alarms = field(default_factory=Alarms)
    silence: str = ""

    @property
    def problem(self) -> str:
        """Why the verdict is a fail whatever the traffic says, or ""."""
        return f"the service is not healthy: {self.health.problem}" if self.health.problem else self.alarms.problem

    def evidence(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        found: dict[str, Any] = {"health": self.health.problem or "healthy"}
        found |= {"asked": self.health.seen} if self.health.seen else {}
        return found | ({"alarms": self.alarms.states} if self.alarms.states else {})

    @property
    def remarks(self) -> list[str]:
        """What is said beside a pass."""
        return [remark for remark in (WELL, self.alarms.remark) if remark]


def judge(found: Measured, around: Surroundings, rules: Verify, *, final: bool = True) -> Verdict:
    """Judge a version by its traffic, held against the original's, and by what is looked at beside it.

    In this order: what speaks against it fails; what is not known, or too little, is inconclusive; the rest passes.

    Args:
        found: What was counted.
        around: Health and alarms.
        rules: The user's thresholds.
        final: Whether the bake is over; before, a rise has to be surer.
    """
    compared = comparisons(found, rules)
    evidence = {**_evidence(found, compared, rules), **around.evidence()}
    if around.problem:
        return Verdict("fail", (around.problem,), evidence)
    risen = [each for each in compared if each.risen(rules, final=final)]
    if risen:
        return Verdict("fail", tuple(str(each) for each in risen), evidence)
    unknown = _incomplete(found, around.silence)
    if unknown:
        return Verdict("inconclusive", (unknown,), evidence, awaits=rules.arrival)
    if around.alarms.doubt:
        return Verdict("inconclusive", (around.alarms.doubt,), evidence)
    invocations = found.traffic.invocations or 0
    if invocations < rules.minimum_invocations:
        seen = f"{invocations} invocations were seen, a verdict needs {rules.minimum_invocations}"
        odd = [f"{each}, too few to judge" for each in compared if _suspicious(each, rules)]
        return Verdict("inconclusive", (seen, *odd), evidence, awaits=rules.arrival)
    told = [f"{invocations} invocations", *(str(each) for each in compared), *around.remarks]
    return Verdict("pass", (", ".join(told),), evidence)


def comparisons(found: Measured, rules: Verify) -> list[Comparison]:
    """Return everything of a version on trial that is held against the original."""
    traffic, accounts = found.traffic, found.accounts
    base, against = _baseline(found, rules)
    invocations = max(traffic.invocations or 0, accounts.accounted)
    none = Share(0, base.invocations) if base.invocations else None
    compared: list[Comparison] = []
    if traffic.errors is not None:
        errors = _share(base.errors, base.invocations)
        compared.append(ShareComparison("function errors", Share(traffic.errors, invocations), errors, against))
    for what, count in (("not answered", accounts.failed), ("fallbacks", accounts.fallbacks)):
        if count is not None:
            compared.append(ShareComparison(what, Share(count, invocations), none, against))
    compared += _statuses(found)
    if traffic.throttles is not None:
        throttled = Share(traffic.throttles, invocations + traffic.throttles)
        compared.append(ShareComparison("throttles", throttled, _throttles(found.before)))
    for source, now, before in found.sources:
        if now.seen:
            compared += of_source(now, before if before.seen else None, source, final=True)
    slow = (
        LatencyComparison(name, traffic.latency.get(name, ()), base.latency.get(name, ()), against)
        for name in PERCENTILES
    )
    return compared + [each for each in slow if each.now]


def _baseline(found: Measured, rules: Verify) -> tuple[Traffic, Against]:
    """Return the original over the same minutes where it served enough, else the function before the first weight."""
    beside = found.original
    if beside is not None and (beside.invocations or 0) >= rules.minimum_invocations:
        return beside, "original"
    return found.before, "before"


def _statuses(found: Measured) -> list[Comparison]:
    """Compare what the service answered with what the sources counted while the original answered."""
    accounts, whole = found.accounts, found.accounts.meant_for_service
    earlier = [before for _source, _now, before in found.sources if before.seen]
    asked = sum(before.tried for before in earlier)
    compared: list[Comparison] = []
    if accounts.server_errors is not None:
        before = Share(min(asked, sum(each.failed for each in earlier)), asked) if asked else None
        compared.append(ShareComparison("5xx", Share(min(whole, accounts.server_errors), whole), before))
    if accounts.client_errors is not None:
        before = Share(min(asked, sum(each.suspect for each in earlier)), asked) if asked else None
        now = Share(min(whole, accounts.client_errors), whole)
        compared.append(ShareComparison("4xx", now, before, alone=HALF))
    return compared


def _throttles(before: Traffic) -> Share | None:
    if before.throttles is None or before.invocations is None:
        return None
    return Share(before.throttles, before.invocations + before.throttles)


def _share(count: int | None, whole: int | None) -> Share | None:
    return None if count is None or not whole else Share(min(count, whole), whole)


def _incomplete(found: Measured, silence: str) -> str:
    """Return why what is known does not tell of (nearly) every invocation, or ""."""
    traffic, accounts = found.traffic, found.accounts
    invocations = traffic.invocations or 0
    if accounts.accounted < COMPLETE * invocations:
        likely = silence or "see the function's role, log group and log level (`lambda-migrate doctor`)"
        return (
            f"the proxy reported {accounts.accounted} of {invocations} invocations, its metrics do not arrive: {likely}"
        )
    if invocations and traffic.errors is None:
        return "CloudWatch has not counted the function's errors"
    if not accounts.tells_statuses:
        return "this proxy version does not count statuses; publish another with `lambda-migrate proxy deploy`"
    return ""


def judge_source(
    now: Flow, before: Flow, source: SourceMetrics, around: Surroundings, rules: Verify, *, final: bool = True
) -> Verdict:
    """Judge a trigger that goes straight to the service by what its source counts; pure.

    Args:
        now: Since the trigger was moved.
        before: In as much time before that, through Lambda.
        source: What the numbers mean.
        around: Health and alarms.
        rules: The user's thresholds.
        final: Whether the bake is over; before, what may only be under way does not count.
    """
    compared = of_source(now, before if before.seen else None, source, final=final)
    evidence = {**asdict(now), "before": asdict(before), **_compared(compared, rules), **around.evidence()}
    if around.problem:
        return Verdict("fail", (around.problem,), evidence)
    ok = f"{source.arrived} {now.reached}"
    told = _of(source, ", ".join([ok, *(str(each) for each in _plain(compared, source))]))
    if any(each.risen(rules, final=final) for each in compared):
        return Verdict("fail", (told,), evidence)
    if any(_suspicious(each, rules) for each in compared):
        return Verdict("inconclusive", (f"{told}; too few to judge",), evidence, awaits=rules.arrival)
    if around.alarms.doubt:
        return Verdict("inconclusive", (around.alarms.doubt,), evidence)
    if now.reached < rules.minimum_invocations:
        return Verdict(
            "inconclusive", (f"{told}; a verdict needs {rules.minimum_invocations}",), evidence, awaits=rules.arrival
        )
    return Verdict("pass", ("; ".join([told, *around.remarks]),), evidence)


def of_source(now: Flow, before: Flow | None, source: SourceMetrics, *, final: bool) -> list[Comparison]:
    """Return what of a source is held against the time before.

    A share of few says little, and some of what is suspect may only be under way: it counts at the end alone.
    """
    compared: list[Comparison] = []
    if source.failed:
        then = Share(before.failed, before.whole) if before else None
        compared.append(ShareComparison(_of(source, source.failing), Share(now.failed, now.whole), then))
    if source.suspect and final:
        then = Share(before.suspect, before.whole) if before else None
        what = _of(source, source.suspicious)
        compared.append(ShareComparison(what, Share(now.suspect, now.whole), then, alone=HALF))
    return compared


def _plain(compared: Sequence[Comparison], source: SourceMetrics) -> list[str]:
    prefix = _of(source, "")
    return [str(each).removeprefix(prefix) for each in compared]


def _of(source: SourceMetrics, text: str) -> str:
    return f"{source.name}: {text}" if source.name else text


def _suspicious(comparison: Comparison, rules: Verify) -> bool:
    return isinstance(comparison, ShareComparison) and comparison.suspicious(rules)


def judge_health(around: Surroundings) -> Verdict:
    """Judge by the service's health alone, where a step moves no traffic that could be counted yet; pure."""
    if around.problem:
        return Verdict("fail", (around.problem,), around.evidence())
    said = "the service is healthy; traffic is judged after the trigger's last step"
    return Verdict("pass", (said,), around.evidence())


def _evidence(found: Measured, compared: Sequence[Comparison], rules: Verify) -> dict[str, Any]:
    start, end = (datetime.fromtimestamp(seconds, UTC).isoformat() for seconds in found.window)
    return {
        "window": [start, end],
        "traffic": _numbers(found.traffic),
        "accounts": asdict(found.accounts),
        "original": _numbers(found.original) if found.original else None,
        "before": _numbers(found.before),
        **_compared(compared, rules),
    }


def _compared(compared: Sequence[Comparison], rules: Verify) -> dict[str, Any]:
    return {"compared": {each.what: each.to_dict(rules) for each in compared}}


def _numbers(traffic: Traffic) -> dict[str, int | None]:
    return {"invocations": traffic.invocations, "errors": traffic.errors, "throttles": traffic.throttles}


def _named(names: Sequence[str], state: str) -> str:
    listed = ", ".join(f"`{name}`" for name in names)
    return f"alarm{'s' if len(names) > 1 else ''} {listed} {'are' if len(names) > 1 else 'is'} {state}" if names else ""
