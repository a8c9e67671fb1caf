"""Makes the role that a service of AWS works with in an account, where nobody has used the service there yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Irreversible, Observed
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls

if TYPE_CHECKING:
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class CreateServiceLinkedRole(Irreversible):
    """Make a service-linked role. It belongs to the account and stays: whatever else uses the service rests on it.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using-service-linked-roles.html

    Attributes:
        role: Its name, which the service decides: ``AWSServiceRoleForECS``.
        service: The service's principal: ``ecs.amazonaws.com``.
    """

    kind: ClassVar[str] = "create_service_linked_role"
    symbol: ClassVar[str] = "+"
    role: str
    service: str

    def describe(self) -> str:
        """Return one line for a person."""
        return f"role {self.role}: create"

    def observe(self, aws: Aws) -> Observed:
        """Return whether the account has it."""
        return Observed.AFTER if read_or_none(aws, "iam", "get_role", RoleName=self.role) else Observed.BEFORE

    def needless(self, aws: Aws) -> str:  # noqa: ARG002  # it is so everywhere
        """Return why the way back can leave it: it costs nothing, and every account that uses the service has one."""
        return f"the account keeps {self.role}"

    def apply(self, aws: Aws) -> None:
        """Make it."""
        aws.call("iam", "create_service_linked_role", AWSServiceName=self.service)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return (
            *calls("iam", "GetRole", RoleName=self.role),
            *calls("iam", "CreateServiceLinkedRole", AWSServiceName=self.service),
        )

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        return f"role {self.role}" if self.observe(aws) is Observed.AFTER else f"no role {self.role}"
