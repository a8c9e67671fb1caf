"""A verdict is ``pass``, ``fail`` or ``inconclusive``; too little traffic is never a pass."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from lambda_migrate.config import Verify

Result = Literal["pass", "fail", "inconclusive"]


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
class Health:
    """What the service's health check said: "" for healthy, else what is wrong; and how long it took, in seconds."""

    problem: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Verdict:
    """What was decided, why, and on what evidence (JSON-able)."""

    result: Result
    reasons: tuple[str, ...]
    evidence: dict[str, Any] = field(default_factory=dict)


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


def judge_health(health: Health) -> Verdict:
    """Judge by the service's health alone, where there is no metric of the traffic; pure."""
    evidence = {"health": health.problem or "healthy"}
    if health.problem:
        return Verdict("fail", (f"the service is not healthy: {health.problem}",), evidence)
    return Verdict("pass", ("the service is healthy",), evidence)
