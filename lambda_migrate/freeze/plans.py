"""The plans of a freeze: the original version is published, and who deploys is denied; both can be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.actions.base import Observed
from lambda_migrate.actions.function.publish_version import PublishVersion
from lambda_migrate.aws.arn import Arn
from lambda_migrate.engine.plan import Plan, Step
from lambda_migrate.freeze import denial
from lambda_migrate.function.documents import ORIGINAL_MARKER
from lambda_migrate.function.versions import code_digest
from lambda_migrate.gates import denial_impossible, name_taken
from lambda_migrate.gates.gate import closed
from lambda_migrate.hashing import sha256

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.freeze.denial import Principal
    from lambda_migrate.function.model import Function, Version

FREEZE, ENFORCE = "freeze", "enforce"
"""Phases of the ledger."""

_MARKED = 16


def begin(function: Function, published: Version | None) -> Plan:
    """Plan the publication of the original version.

    Args:
        function: The function as it stands.
        published: The version that is in everything what ``$LATEST`` is; then there is nothing to publish.
    """
    steps: tuple[Step, ...] = ()
    if published is None:
        digest = code_digest(function.code_sha256)
        action = PublishVersion(function.name, function.code_sha256, f"{ORIGINAL_MARKER}{digest[:_MARKED]}")
        steps = (Step("01-publish_version", action, "what traffic goes back to, whatever happens", FREEZE),)
    return Plan(FREEZE, function.arn, sha256([step.to_dict() for step in steps]), steps)


def enforce(
    aws: Aws, function_arn: str, principals: Iterable[Principal], migrating: str, *, named: bool = True
) -> Plan:
    """Plan the denial; who is denied already is left out.

    Args:
        aws: Where to look; reads only.
        function_arn: The function's ARN, unqualified.
        principals: Whom to deny.
        migrating: ARN of the caller, who is exempt.
        named: Whether somebody named them: then one who cannot be denied stands in the way, else it is only told.
    """
    account, name = Arn.parse(function_arn).account, Arn.parse(function_arn).name
    document = denial.policy(function_arn, migrating)
    steps: list[Step] = []
    blockers: list[str] = []
    told: list[str] = []
    for whom in principals:
        action = denial.action(whom, name, document)
        obstacle = whom.obstacle(account) or denial.missing(aws, whom)
        if obstacle:
            told.append(f"`{whom}` {obstacle}")
            continue
        seen = action.observe(aws)
        if seen is Observed.DRIFT:
            text = f"`{whom}` has another policy of that name: {action.current(aws)}"
            blockers.append(str(closed(name_taken, text)))
        elif seen is Observed.BEFORE:
            why = f"it may not change {name} any more, and everything else as before"
            steps.append(Step(f"{len(steps) + 1:02}-{action.kind}", action, why, ENFORCE))
    fingerprint = sha256([step.to_dict() for step in steps])
    barred = [str(closed(denial_impossible, each)) for each in told] if named else []
    warnings = [] if named else told
    return Plan(ENFORCE, function_arn, fingerprint, tuple(steps), (*barred, *blockers), tuple(warnings))
