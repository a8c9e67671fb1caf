"""Deletes the function, with all its versions and aliases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Irreversible, Observed
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class DeleteFunction(Irreversible):
    """Delete the function, if its code is still the one that was backed up.

    Attributes:
        function: Name of the function.
        code_sha256: The code's ``CodeSha256``, base64 as Lambda gives it.
    """

    kind: ClassVar[str] = "delete_function"
    symbol: ClassVar[str] = "-"
    function: str
    code_sha256: str

    def describe(self) -> str:
        """Return one line for a person."""
        return f"function {self.function}: delete, with all its versions"

    def observe(self, aws: Aws) -> Observed:
        """Return whether it is there, with the code that was backed up."""
        latest = self._read(aws)
        if latest is None:
            return Observed.AFTER
        return Observed.BEFORE if latest["CodeSha256"] == self.code_sha256 else Observed.DRIFT

    def _read(self, aws: Aws) -> Document | None:
        return read_or_none(aws, "lambda", "get_function_configuration", FunctionName=self.function)

    def apply(self, aws: Aws) -> None:
        """Delete it."""
        aws.call("lambda", "delete_function", FunctionName=self.function)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return calls("lambda", "GetFunctionConfiguration DeleteFunction", FunctionName=self.function)

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        latest = self._read(aws)
        return f"code {latest['CodeSha256']} of {latest['LastModified']}" if latest else f"no function {self.function}"
