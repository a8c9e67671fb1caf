"""A verdict is ``pass``, ``fail`` or ``inconclusive``; too little traffic, or silence, is never a pass. All pure."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from lambda_migrate.engine.verdict import Verdict
from lambda_migrate.verify.comparison import HALF, LatencyComparison, ShareComparison, as_evidence
from lambda_migrate.verify.source_verdict import of_source
from lambda_migrate.verify.statistics import Share
from lambda_migrate.verify.traffic import COMPLETE, PERCENTILES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_migrate.config import Verify
    from lambda_migrate.verify.comparison import Against, Comparison
    from lambda_migrate.verify.metrics import Measured
    from lambda_migrate.verify.surroundings import Surroundings
    from lambda_migrate.verify.traffic import Traffic


def judge(measured: Measured, around: Surroundings, rules: Verify, *, final: bool = True) -> Verdict:
    """Judge a version by its traffic, held against the original's, and by what is looked at beside it.

    In this order: what speaks against it fails; what is not known, or too little, is inconclusive; the rest passes.

    Args:
        measured: What was counted.
        around: Health and alarms.
        rules: The user's thresholds.
        final: Whether the bake is over; before, a rise has to be surer.
    """
    compared = comparisons(measured, rules)
    verdict = _decided(measured, compared, around, rules, final=final)
    return replace(verdict, seen=_seen(measured, compared, rules))


def _decided(
    measured: Measured, compared: Sequence[Comparison], around: Surroundings, rules: Verify, *, final: bool
) -> Verdict:
    evidence = {**_evidence(measured, compared, rules), **around.evidence()}
    if around.problem:
        return Verdict("fail", (around.problem,), evidence)
    risen = [each for each in compared if each.risen(rules, final=final)]
    if risen:
        return Verdict("fail", tuple(str(each) for each in risen), evidence)
    unknown = _incomplete(measured, around.silence)
    if unknown:
        return Verdict("inconclusive", (unknown,), evidence, awaits=rules.arrival)
    if around.alarms.doubt:
        return Verdict("inconclusive", (around.alarms.doubt,), evidence)
    invocations = measured.traffic.invocations or 0
    if invocations < rules.minimum_invocations:
        were = "1 invocation was" if invocations == 1 else f"{invocations} invocations were"
        seen = f"{were} seen, a verdict needs {rules.minimum_invocations}"
        odd = [f"{each}, too few to judge" for each in compared if each.suspicious(rules)]
        return Verdict("inconclusive", (seen, *odd), evidence, awaits=rules.arrival)
    told = [f"{invocations} invocations", *(str(each) for each in compared), *around.remarks]
    return Verdict("pass", (", ".join(told),), evidence)


SHOWN = ("5xx", "4xx", "function errors", *PERCENTILES)
"""What of the comparisons is told while a step is watched, in this order; the verdict tells all of them."""


def _seen(measured: Measured, compared: Sequence[Comparison], rules: Verify) -> str:
    """Return what was counted until now, in one line: invocations of those needed, statuses, latency old and new."""
    invocations = measured.traffic.invocations or 0
    needed = f"{invocations} invocation{'' if invocations == 1 else 's'} ({rules.minimum_invocations} needed)"
    told = sorted((each for each in compared if each.what in SHOWN), key=lambda each: SHOWN.index(each.what))
    return ", ".join([needed, *map(str, told)])


def comparisons(measured: Measured, rules: Verify) -> list[Comparison]:
    """Return everything of a version on trial that is held against the original."""
    traffic, accounts = measured.traffic, measured.accounts
    base, against = _baseline(measured, rules)
    invocations = max(traffic.invocations or 0, accounts.accounted)
    none = Share(0, base.invocations) if base.invocations else None
    compared: list[Comparison] = []
    if traffic.errors is not None:
        errors = _share(base.errors, base.invocations)
        compared.append(ShareComparison("function errors", Share(traffic.errors, invocations), errors, against))
    for what, count in (("not answered", accounts.failed), ("fallbacks", accounts.fallbacks)):
        if count is not None:
            compared.append(ShareComparison(what, Share(count, invocations), none, against))
    compared += _statuses(measured)
    if traffic.throttles is not None:
        throttled = Share(traffic.throttles, invocations + traffic.throttles)
        compared.append(ShareComparison("throttles", throttled, _throttles(measured.before)))
    for source, now, before in measured.sources:
        if now.seen:
            compared += of_source(now, before if before.seen else None, source, final=True)
    slow = (
        LatencyComparison(name, traffic.latency.get(name, ()), base.latency.get(name, ()), against)
        for name in PERCENTILES
    )
    return compared + [each for each in slow if each.now]


def _baseline(measured: Measured, rules: Verify) -> tuple[Traffic, Against]:
    """Return the original over the same minutes where it served enough, else the function before the first weight."""
    beside = measured.original
    if beside is not None and (beside.invocations or 0) >= rules.minimum_invocations:
        return beside, "original"
    return measured.before, "before"


def _statuses(measured: Measured) -> list[Comparison]:
    """Compare what the service answered with what the sources counted while the original answered."""
    accounts, whole = measured.accounts, measured.accounts.meant_for_service
    earlier = [before for _source, _now, before in measured.sources if before.seen]
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


def _incomplete(measured: Measured, silence: str) -> str:
    """Return why what is known does not tell of (nearly) every invocation, or ""."""
    traffic, accounts = measured.traffic, measured.accounts
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


def judge_health(around: Surroundings) -> Verdict:
    """Judge by the service's health alone, where a step moves no traffic that could be counted yet; pure."""
    if around.problem:
        return Verdict("fail", (around.problem,), around.evidence())
    said = "the service is healthy; traffic is judged after the trigger's last step"
    return Verdict("pass", (said,), around.evidence())


def _evidence(measured: Measured, compared: Sequence[Comparison], rules: Verify) -> dict[str, Any]:
    start, end = (datetime.fromtimestamp(seconds, UTC).isoformat() for seconds in measured.window)
    return {
        "window": [start, end],
        "traffic": _numbers(measured.traffic),
        "accounts": asdict(measured.accounts),
        "original": _numbers(measured.original) if measured.original else None,
        "before": _numbers(measured.before),
        **as_evidence(compared, rules),
    }


def _numbers(traffic: Traffic) -> dict[str, int | None]:
    return {"invocations": traffic.invocations, "errors": traffic.errors, "throttles": traffic.throttles}
