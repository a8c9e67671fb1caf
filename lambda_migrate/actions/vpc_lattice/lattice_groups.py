"""What the actions on target groups of VPC Lattice share: a group that a plan makes has no id yet, so it goes by name.

Names of target groups are unique in an account and region (CreateTargetGroup, VPC Lattice API reference); Lattice looks
a group up by its id or ARN alone, so that a name is looked for in the listing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.actions.references import gone
from lambda_migrate.aws.arn import Arn
from lambda_migrate.aws.permissions import calls

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

NAMED = "lattice-target-group:"
"""How a reference to a group begins that goes by its name."""
GONE = "DELETE_IN_PROGRESS"
DRAINING = "DRAINING"
"""The status of a target that is being deregistered; "the default draining time is 1 minute" (TargetSummary)."""


def listed(aws: Aws, name: str) -> Document | None:
    """Return the target group of that name as the listing shows it, or None."""
    groups = aws.pages("vpc-lattice", "list_target_groups", "items", targetGroupType="LAMBDA")
    return next((each for each in groups if each.get("name") == name), None)


def calls_of(reference: str) -> tuple[Call, ...]:
    """Return the calls that finding a group takes; none where its ARN is known."""
    return calls("vpc-lattice", "ListTargetGroups") if reference.startswith(NAMED) else ()


def group_id(aws: Aws, reference: str) -> str | None:
    """Return the id of a target group, given by ARN, id or name; None where no group has that name."""
    if not reference.startswith(NAMED):
        return Arn.parse(reference).below("targetgroup") or reference
    group = listed(aws, reference.removeprefix(NAMED))
    return str(group["id"]) if group else None


def required(aws: Aws, reference: str) -> str:
    """Return the id of a target group that has to be there.

    Raises:
        Drifted: It is gone.
    """
    identity = group_id(aws, reference)
    if identity is None:
        raise gone(f"VPC Lattice has no target group `{short(reference)}`")
    return identity


def short(reference: str) -> str:
    """Return a group as a person calls it: by its name, or its id where only that is known."""
    return Arn.parse(reference).below("targetgroup") or reference.removeprefix(NAMED)
