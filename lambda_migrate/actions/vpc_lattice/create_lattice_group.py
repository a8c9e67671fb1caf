"""Makes a target group of VPC Lattice for a function, to which no rule forwards yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Observed
from lambda_migrate.actions.vpc_lattice.lattice_groups import DRAINING, GONE, listed
from lambda_migrate.aws.arn import Arn
from lambda_migrate.aws.permissions import calls
from lambda_migrate.aws.quotas import LATTICE_GROUPS
from lambda_migrate.errors import NotFound

if TYPE_CHECKING:
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.quotas import Quota
    from lambda_migrate.aws.session import Aws

VERSION = "lambdaEventStructureVersion"
_MOVING = ("CREATE_IN_PROGRESS", GONE)


@dataclass(frozen=True)
class CreateLatticeGroup:
    """Make a target group of type ``LAMBDA``, without a target.

    Attributes:
        name: Its name, unique in account and region.
        version: The form of its events, ``V1`` or ``V2``.
    """

    kind: ClassVar[str] = "create_lattice_group"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "+"
    quota: ClassVar[Quota] = LATTICE_GROUPS
    name: str
    version: str

    def describe(self) -> str:
        """Return one line for a person."""
        return f"VPC Lattice target group {self.name}: create"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"VPC Lattice target group {self.name}: delete"

    def holder(self) -> str:
        """Return what has target groups."""
        return "the region"

    def there(self, aws: Aws) -> int:
        """Return how many target groups of VPC Lattice the region has."""
        return sum(1 for _each in aws.pages("vpc-lattice", "list_target_groups", "items"))

    def observe(self, aws: Aws) -> Observed:
        """Return whether it is there and takes events of this form; MOVING while it is made, drains or goes."""
        group = listed(aws, self.name)
        if group is None:
            return Observed.BEFORE
        if group.get("status") in _MOVING or self._drains(aws, str(group["id"])):
            return Observed.MOVING
        whole = group.get("status") == "ACTIVE" and group.get(VERSION) == self.version
        return Observed.AFTER if whole else Observed.DRIFT

    @staticmethod
    def _drains(aws: Aws, identity: str) -> bool:
        """Return whether a target is still being deregistered; Lattice does not delete the group meanwhile."""
        try:
            targets = list(aws.pages("vpc-lattice", "list_targets", "items", targetGroupIdentifier=identity))
        except NotFound:
            return False  # it was deleted since it was listed
        return any(each.get("status") == DRAINING for each in targets)

    def apply(self, aws: Aws) -> None:
        """Make it."""
        tags = {"made-by": "lambda-migrate"}
        config = {VERSION: self.version}
        aws.call("vpc-lattice", "create_target_group", name=self.name, type="LAMBDA", config=config, tags=tags)

    def undo(self, aws: Aws) -> None:
        """Delete it; Lattice refuses while a rule forwards to it, or a target drains."""
        group = listed(aws, self.name)
        if group is not None and group.get("status") != GONE:
            aws.call("vpc-lattice", "delete_target_group", targetGroupIdentifier=group["id"])

    def led_to(self, aws: Aws) -> str:
        """Return which service of VPC Lattice forwards to it."""
        services = sorted(Arn.parse(str(each)).last for each in (listed(aws, self.name) or {}).get("serviceArns") or ())
        return f"service {', '.join(services)} of VPC Lattice forwards to it" if services else ""

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return calls("vpc-lattice", "ListTargetGroups ListTargets CreateTargetGroup DeleteTargetGroup")

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        group = listed(aws, self.name)
        if group is None:
            return f"no target group {self.name} in VPC Lattice"
        return f"{group.get('status', 'ACTIVE')}, events of form {group.get(VERSION, 'V1')}"
