"""What the actions on target groups share: a group that a plan makes has no ARN yet, so that it goes by its name.

Names of target groups are unique in an account and region (CreateTargetGroup, Elastic Load Balancing API reference).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.actions.references import gone
from lambda_migrate.aws.arn import Arn
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

NAMED = "target-group:"
"""How a reference to a group begins that goes by its name."""


def described(aws: Aws, name: str) -> Document | None:
    """Return the target group of that name, or None."""
    answer = read_or_none(aws, "elbv2", "describe_target_groups", Names=[name])
    groups = answer["TargetGroups"] if answer else []
    return groups[0] if groups else None


def calls_of(reference: str) -> tuple[Call, ...]:
    """Return the calls that finding a group takes; none where its ARN is known."""
    return calls("elbv2", "DescribeTargetGroups") if reference.startswith(NAMED) else ()


def group_arn(aws: Aws, reference: str) -> str | None:
    """Return the ARN of a target group, given as itself or by name; None if it does not exist."""
    if not reference.startswith(NAMED):
        return reference
    group = described(aws, reference.removeprefix(NAMED))
    return str(group["TargetGroupArn"]) if group else None


def required(aws: Aws, reference: str) -> str:
    """Return the ARN of a target group that has to be there.

    Raises:
        Drifted: It is gone.
    """
    arn = group_arn(aws, reference)
    if arn is None:
        raise gone(f"target group `{short(reference)}` does not exist")
    return arn


def short(reference: str) -> str:
    """Return a group as a person calls it, by its name."""
    named = Arn.parse(reference).below("targetgroup").partition("/")[0]
    return named or reference.removeprefix(NAMED)
