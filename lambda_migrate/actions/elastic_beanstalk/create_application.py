"""Makes an Elastic Beanstalk application, the folder of versions and environments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Observed
from lambda_migrate.aws.permissions import calls

if TYPE_CHECKING:
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class CreateApplication:
    """Make an application.

    Attributes:
        name: Name of the application.
    """

    kind: ClassVar[str] = "create_application"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "+"
    name: str

    def describe(self) -> str:
        """Return one line for a person."""
        return f"application {self.name}: create"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"application {self.name}: delete"

    def observe(self, aws: Aws) -> Observed:
        """Return whether it is there."""
        answer = aws.call("elasticbeanstalk", "describe_applications", ApplicationNames=[self.name])
        return Observed.AFTER if answer["Applications"] else Observed.BEFORE

    def apply(self, aws: Aws) -> None:
        """Make it."""
        aws.call(
            "elasticbeanstalk",
            "create_application",
            ApplicationName=self.name,
            Description="made by lambda-migrate",
        )

    def undo(self, aws: Aws) -> None:
        """Delete it; AWS refuses while it has an environment, because it is not forced."""
        aws.call("elasticbeanstalk", "delete_application", ApplicationName=self.name, TerminateEnvByForce=False)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return calls(
            "elasticbeanstalk", "DescribeApplications CreateApplication DeleteApplication", ApplicationName=self.name
        )

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        return f"application {self.name}" if self.observe(aws) is Observed.AFTER else f"no application {self.name}"
