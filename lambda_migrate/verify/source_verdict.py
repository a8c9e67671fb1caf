"""Judges a trigger that goes straight to the service by what its source counts. All pure."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from lambda_migrate.engine.verdict import Verdict
from lambda_migrate.verify.comparison import HALF, ShareComparison, as_evidence
from lambda_migrate.verify.statistics import Share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_migrate.config import Verify
    from lambda_migrate.engine.source_metrics import SourceMetrics
    from lambda_migrate.verify.comparison import Comparison
    from lambda_migrate.verify.surroundings import Surroundings
    from lambda_migrate.verify.traffic import Flow


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
    ok = f"{source.arrived} {now.reached}"
    told = _of(source, ", ".join([ok, *(str(each) for each in _plain(compared, source))]))
    evidence = {**asdict(now), "before": asdict(before), **as_evidence(compared, rules), **around.evidence()}
    verdict = _decided(now, compared, told, evidence, around, rules, final=final)
    return replace(verdict, seen=f"{told}; {rules.minimum_invocations} needed")


def _decided(
    now: Flow,
    compared: Sequence[Comparison],
    told: str,
    evidence: dict[str, Any],
    around: Surroundings,
    rules: Verify,
    *,
    final: bool,
) -> Verdict:
    if around.problem:
        return Verdict("fail", (around.problem,), evidence)
    if any(each.risen(rules, final=final) for each in compared):
        return Verdict("fail", (told,), evidence)
    if any(each.suspicious(rules) for each in compared):
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
