"""Has an Elastic Beanstalk environment run another version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Observed, Replace
from lambda_migrate.actions.elastic_beanstalk.environment import TIMEOUT, environment, running, summary
from lambda_migrate.aws.permissions import calls

if TYPE_CHECKING:
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class PointEnvironment(Replace):
    """Deploy another version to an environment.

    A rolling deployment that fails leaves the environment at the version before, and instances of the batches that
    succeeded at the one after, until a version is deployed again ("Enhanced health: incorrect application version" in
    the developer guide). So as long as any instance runs the version after, there is something to undo.

    Attributes:
        application: Name of the application.
        environment: Name of the environment.
        before: The version that it runs.
        after: The version that it shall run.
    """

    kind: ClassVar[str] = "point_environment"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "~"
    timeout: ClassVar[float] = TIMEOUT
    application: str
    environment: str
    before: str
    after: str

    def describe(self) -> str:
        """Return one line for a person."""
        return f"environment {self.environment}: {self.before or 'none'} → {self.after}"

    def observe(self, aws: Aws) -> Observed:
        """Return which of the two versions it runs; MOVING while it is updated."""
        current = environment(aws, self.application, self.environment)
        if current is None:
            return Observed.DRIFT
        if current["Status"] != "Ready":
            return Observed.MOVING
        seen = {self.before: Observed.BEFORE, self.after: Observed.AFTER}.get(
            current.get("VersionLabel", ""), Observed.DRIFT
        )
        return Observed.AFTER if seen is Observed.BEFORE and self.after in running(aws, self.environment) else seen

    def write(self, aws: Aws, side: str) -> None:
        """Deploy a side."""
        aws.call("elasticbeanstalk", "update_environment", EnvironmentName=self.environment, VersionLabel=side)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        changing = "DescribeEnvironments DescribeInstancesHealth UpdateEnvironment"
        return calls("elasticbeanstalk", changing, ApplicationName=self.application, EnvironmentName=self.environment)

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        return summary(environment(aws, self.application, self.environment), self.environment)
