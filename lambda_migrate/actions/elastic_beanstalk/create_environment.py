"""Makes an Elastic Beanstalk environment that runs a version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Observed
from lambda_migrate.actions.elastic_beanstalk.environment import TIMEOUT, environment, summary
from lambda_migrate.aws.permissions import calls

if TYPE_CHECKING:
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class CreateEnvironment:
    """Make an environment.

    Its environment variables are none of this: they are in the version's bundle, so that a version is complete.

    Attributes:
        application: Name of the application.
        environment: Name of the environment.
        label: The version that it runs.
        platform: Name of the solution stack.
        options: What is set through the API, ``[[namespace, name, value], ...]``; without secrets.
    """

    kind: ClassVar[str] = "create_environment"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "+"
    timeout: ClassVar[float] = TIMEOUT
    creates: ClassVar[bool] = True
    application: str
    environment: str
    label: str
    platform: str
    options: list[list[str]]

    def describe(self) -> str:
        """Return one line for a person."""
        return f"environment {self.environment}: none → {self.label}"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"environment {self.environment}: {self.label} → none"

    def observe(self, aws: Aws) -> Observed:
        """Return whether it is there with this version; MOVING while it is launched, updated or terminated."""
        current = environment(aws, self.application, self.environment)
        if current is None:
            return Observed.BEFORE
        if current["Status"] != "Ready":
            return Observed.MOVING
        return Observed.AFTER if current.get("VersionLabel") == self.label else Observed.DRIFT

    def apply(self, aws: Aws) -> None:
        """Make it."""
        aws.call(
            "elasticbeanstalk",
            "create_environment",
            ApplicationName=self.application,
            EnvironmentName=self.environment,
            VersionLabel=self.label,
            SolutionStackName=self.platform,
            Description="made by lambda-migrate",
            OptionSettings=[
                {"Namespace": namespace, "OptionName": name, "Value": value} for namespace, name, value in self.options
            ],
        )

    def undo(self, aws: Aws) -> None:
        """Terminate it, and what AWS made for it."""
        aws.call("elasticbeanstalk", "terminate_environment", EnvironmentName=self.environment)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        changing = "DescribeEnvironments DescribeInstancesHealth CreateEnvironment TerminateEnvironment"
        return calls("elasticbeanstalk", changing, ApplicationName=self.application, EnvironmentName=self.environment)

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        return summary(environment(aws, self.application, self.environment), self.environment)
