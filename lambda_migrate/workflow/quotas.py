"""Whether AWS allows as many of everything as a plan makes, asked before anything is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.actions.base import Adding, Observed
from lambda_migrate.aws import quotas
from lambda_migrate.errors import AwsError, NotAllowed
from lambda_migrate.gates import quota as quota_gate
from lambda_migrate.gates.gate import closed
from lambda_migrate.planner.builder import acceptance

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lambda_migrate.aws.quotas import Quota
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.workflow.context import Context


def closed_gates(context: Context, plan: Plan) -> Iterator[Blocker]:
    """Yield each quota that the steps of a plan would exceed, unless that is accepted."""
    for blocker in _exceeded(context.aws_read_only, plan):
        if acceptance(context.migration, blocker, plan.phase) is None:
            yield blocker


def _exceeded(aws: Aws, plan: Plan) -> Iterator[Blocker]:
    added: dict[tuple[Quota, str], list[Adding]] = {}
    for step in plan.steps:
        if isinstance(step.action, Adding):
            added.setdefault((step.action.quota, step.action.holder()), []).append(step.action)
    for (quota, holder), those in added.items():
        try:
            yield from _over(aws, quota, holder, those)
        except (AwsError, NotAllowed) as error:
            text = f"{holder}: its {quota.name} could not be counted: {error.message}"
            yield closed(quota_gate, f"{text}; AWS allows {quota.default} by default", holder)


def _over(aws: Aws, quota: Quota, holder: str, those: Iterable[Adding]) -> Iterator[Blocker]:
    """Yield that there would be more than AWS allows; what an earlier run has made is there already."""
    first, *others = those
    there, allowed = first.there(aws), quotas.allowed(aws, quota)
    if there + 1 + len(others) <= allowed.number:
        return
    more = sum(1 for each in (first, *others) if each.observe(aws) is Observed.BEFORE)
    if there + more > allowed.number:
        known = f" (AWS's default; Service Quotas: {allowed.unread})" if allowed.unread else ""
        text = f"{holder} has {there} {quota.name}, the plan makes {more} more, and AWS allows {allowed.number}{known}"
        yield closed(quota_gate, f"{text}; delete some, have the quota raised, or accept this", holder)
