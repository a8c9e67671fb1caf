"""Keeps instances of a version ready before traffic moves there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Observed
from lambda_migrate.actions.function.shift_weight import named
from lambda_migrate.actions.references import calls_of_version, missing_version, version_number
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import VERSIONS, calls
from lambda_migrate.errors import AwsError

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

_FAILED = "FAILED"
_STATES = {"READY": Observed.AFTER, "IN_PROGRESS": Observed.MOVING, _FAILED: Observed.BEFORE}


@dataclass(frozen=True)
class ProvisionConcurrency:
    """Give a version provisioned concurrency, and wait until its instances are ready.

    Attributes:
        function: Name of the function.
        version: The version's number, or ``marker:<description>``.
        instances: How many.
    """

    kind: ClassVar[str] = "provision_concurrency"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "+"
    timeout: ClassVar[float] = 900.0
    function: str
    version: str
    instances: int

    def describe(self) -> str:
        """Return one line for a person."""
        return f"provisioned concurrency of {self.function}:{named(self.version)}: none → {self.instances}"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"provisioned concurrency of {self.function}:{named(self.version)}: {self.instances} → none"

    def observe(self, aws: Aws) -> Observed:
        """Return whether the instances are ready; those that could not be allocated are not there."""
        config = self._read(aws)
        if config is None:
            return Observed.BEFORE
        if config.get("RequestedProvisionedConcurrentExecutions") != self.instances:
            return Observed.DRIFT
        return _STATES.get(config.get("Status", ""), Observed.DRIFT)

    def remains(self, aws: Aws) -> bool:
        """Return whether the configuration stands whose instances could not be allocated: Lambda keeps it."""
        config = self._read(aws)
        asked = config is not None and config.get("RequestedProvisionedConcurrentExecutions") == self.instances
        return bool(asked and config and config.get("Status") == _FAILED)

    def _read(self, aws: Aws) -> Document | None:
        number = version_number(aws, self.function, self.version)
        if number is None:
            return None
        asked = {"FunctionName": self.function, "Qualifier": number}
        return read_or_none(aws, "lambda", "get_provisioned_concurrency_config", **asked)

    def apply(self, aws: Aws) -> str:
        """Ask for the instances, once the version is active; the job is known by the version's number."""
        number = version_number(aws, self.function, self.version)
        if number is None:
            raise missing_version(self.function, self.version)
        aws.wait_function_updated(self.function, number)
        aws.call(
            "lambda",
            "put_provisioned_concurrency_config",
            FunctionName=self.function,
            Qualifier=number,
            ProvisionedConcurrentExecutions=self.instances,
        )
        return number

    def failure(self, aws: Aws, job: str, to: Observed) -> AwsError | None:  # noqa: ARG002  # only the way there fails
        """Return why the instances could not be allocated, as Lambda says."""
        config = self._read(aws)
        if config is None or config.get("Status") != _FAILED:
            return None
        return AwsError(
            f"provisioned concurrency of `{self.function}:{job}`: {config.get('StatusReason') or 'it failed'}",
            operation="lambda:PutProvisionedConcurrencyConfig",
            hint="free concurrency in the account, then run the same command again; `lambda-migrate rollback` removes"
            " what was asked for",
        )

    def undo(self, aws: Aws) -> None:
        """Let the instances go, or what is left of an attempt that failed."""
        number = version_number(aws, self.function, self.version)
        if number is not None:
            asked = {"FunctionName": self.function, "Qualifier": number}
            aws.call("lambda", "delete_provisioned_concurrency_config", **asked)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        config = "GetProvisionedConcurrencyConfig PutProvisionedConcurrencyConfig DeleteProvisionedConcurrencyConfig"
        return (
            *calls("lambda", config, FunctionName=self.function, Qualifier=VERSIONS),
            *calls_of_version(self.function, self.version),
        )

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        config = self._read(aws)
        if config is None:
            return "no provisioned concurrency"
        requested, status = config.get("RequestedProvisionedConcurrentExecutions"), config.get("Status", "unknown")
        reason = config.get("StatusReason")
        return f"{requested} instances, {status}" + (f": {reason}" if reason else "")
