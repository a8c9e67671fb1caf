"""A verdict is ``pass``, ``fail`` or ``inconclusive``; too little traffic is never a pass."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from lambda_migrate.engine.verdict import Verdict

if TYPE_CHECKING:
    from lambda_migrate.config import Verify
    from lambda_migrate.engine.source_metrics import SourceMetrics

STANDARD_ERRORS = 3.0
"""So many standard errors of a share are more than chance explains, in all but one or two of a thousand verdicts."""

HALF = 0.5
"""A share that rose by half of everything has risen, however few there are to count."""


@dataclass(frozen=True)
class Traffic:
    """What the metrics say of one version in one window.

    Attributes:
        invocations: Invocations of the version.
        errors: Those that ended in a function error.
        failed: Answers that the proxy itself had to give or raise because the service did not.
        fallbacks: Requests that ran on the original handler because the service could not be reached.
    """

    invocations: int = 0
    errors: int = 0
    failed: int = 0
    fallbacks: int = 0

    @property
    def bad(self) -> int:
        """Invocations that the service did not serve well, at least."""
        return max(self.errors, self.failed) + self.fallbacks

    @property
    def bad_share(self) -> float:
        """`bad` as a fraction of the invocations; all of it where the invocations have not been counted yet."""
        return min(1.0, self.bad / max(self.invocations, 1))


@dataclass(frozen=True)
class Flow:
    """What a source counted in one window, by the fields of `SourceMetrics`."""

    tried: int = 0
    reached: int = 0
    failed: int = 0
    suspect: int = 0

    @property
    def whole(self) -> int:
        """What a share is taken of; a source may count a failure that it did not count as tried."""
        return max(self.tried, self.failed, self.suspect)


@dataclass(frozen=True)
class Health:
    """What the service's health check said: "" for healthy, else what is wrong; and how long it took, in seconds."""

    problem: str = ""
    seconds: float = 0.0


def judge(traffic: Traffic, health: Health, rules: Verify) -> Verdict:
    """Judge a version by its traffic and the service's health; pure.

    Args:
        traffic: Of the version that is on trial, since its share was set.
        health: Of the service, now.
        rules: The user's thresholds.
    """
    evidence = {"invocations": traffic.invocations, "bad": traffic.bad, "health": health.problem or "healthy"}
    if health.problem:
        return Verdict("fail", (f"the service is not healthy: {health.problem}",), evidence)
    if traffic.bad and traffic.bad_share > rules.maximum_error_rate:
        share = f"{traffic.bad} of {traffic.invocations} invocations failed or fell back"
        if traffic.invocations >= rules.minimum_invocations or traffic.bad >= rules.minimum_invocations:
            limit = f"{rules.maximum_error_rate:.2%} may"
            return Verdict("fail", (f"{share}, {limit}",), evidence)
        return Verdict("inconclusive", (f"{share}, too few to tell",), evidence)
    if traffic.invocations < rules.minimum_invocations:
        seen = f"{traffic.invocations} invocations were seen, a verdict needs {rules.minimum_invocations}"
        return Verdict("inconclusive", (seen,), evidence)
    good = f"{traffic.invocations} invocations, {traffic.bad} failed, the service is healthy"
    return Verdict("pass", (good,), evidence)


def judge_source(now: Flow, before: Flow, source_metrics: SourceMetrics, health: Health, rules: Verify) -> Verdict:
    """Judge a trigger that goes straight to the service by what its source counts and the service's health; pure.

    Args:
        now: Since the trigger was moved.
        before: In as much time before that, through Lambda.
        source_metrics: What the numbers mean.
        health: Of the service, now.
        rules: The user's thresholds.
    """
    evidence = {**asdict(now), "before": asdict(before), "health": health.problem or "healthy"}
    if health.problem:
        return Verdict("fail", (f"the service is not healthy: {health.problem}",), evidence)
    wrong = _wrong(now, before, source_metrics, rules)
    if wrong and now.whole >= rules.minimum_invocations:
        return Verdict("fail", (wrong,), evidence)
    if wrong:
        return Verdict("inconclusive", (f"{wrong}; too few to tell",), evidence)
    arrived = f"{now.reached} {source_metrics.what} {source_metrics.arrived}"
    if now.reached < rules.minimum_invocations:
        return Verdict("inconclusive", (f"{arrived}, a verdict needs {rules.minimum_invocations}",), evidence)
    seen = [arrived]
    seen += [f"{now.failed} {source_metrics.failing}"] if source_metrics.failed else []
    seen += [_compared(now, before, source_metrics)] if source_metrics.suspect else []
    return Verdict("pass", (f"{', '.join(seen)}, the service is healthy",), evidence)


def _wrong(now: Flow, before: Flow, source_metrics: SourceMetrics, rules: Verify) -> str:
    """Return what speaks against the service, or ""."""
    if now.failed > rules.maximum_error_rate * now.whole:
        failed = f"{now.failed} of {now.whole} {source_metrics.what} {source_metrics.failing}"
        return f"{failed}, {rules.maximum_error_rate:.2%} may"
    return _compared(now, before, source_metrics) if _rose(now, before, rules.maximum_error_rate) else ""


def _compared(now: Flow, before: Flow, source_metrics: SourceMetrics) -> str:
    was = f"{before.suspect} of {before.whole}"
    return f"{now.suspect} of {now.whole} {source_metrics.what} {source_metrics.suspicious}, {was} before the step"


def _rose(now: Flow, before: Flow, allowed: float) -> bool:
    """Return whether the suspect share rose by more than may fail and by more than chance explains.

    Chance is the standard error of the difference of two shares; a rise by half of everything needs no such proof.
    """
    few, many = max(1, before.whole), max(1, now.whole)
    pooled = (now.suspect + before.suspect) / (few + many)
    chance = STANDARD_ERRORS * math.sqrt(pooled * (1 - pooled) * (1 / few + 1 / many))
    return now.suspect / many - before.suspect / few > max(allowed, min(HALF, chance))


def judge_health(health: Health) -> Verdict:
    """Judge by the service's health alone, where a step moves no traffic that could be counted yet; pure."""
    evidence = {"health": health.problem or "healthy"}
    if health.problem:
        return Verdict("fail", (f"the service is not healthy: {health.problem}",), evidence)
    return Verdict("pass", ("the service is healthy; traffic is judged after the trigger's last step",), evidence)
