"""Saves what is needed to make the function again, before it is deleted."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Observed
from lambda_migrate.function import backup

if TYPE_CHECKING:
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class SaveBackup:
    """Write the backup of a function to this machine and read it back.

    Attributes:
        function: Name of the function.
        directory: The folder of the backup, as seen from the working directory; it holds nothing else.
        secrets: Where the values of the function's secret variables are kept, by their names; it holds none of them.
    """

    kind: ClassVar[str] = "save_backup"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "+"
    function: str
    directory: str
    secrets: dict[str, str] = field(default_factory=dict)

    @property
    def _backup(self) -> backup.Backup:
        return backup.Backup(Path(self.directory))

    def describe(self) -> str:
        """Return one line for a person."""
        return f"backup of {self.function}: write {self.directory} and read it back"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"backup of {self.function}: remove {self.directory}"

    def observe(self, aws: Aws) -> Observed:  # noqa: ARG002  # the verb of every action
        """Return whether it is there and reads back as it was written."""
        if not self._backup.folder.exists():
            return Observed.BEFORE
        return Observed.AFTER if self._backup.function_arn().endswith(f":{self.function}") else Observed.DRIFT

    def apply(self, aws: Aws) -> None:
        """Write it."""
        self._backup.write(aws, self.function, self.secrets)

    def undo(self, aws: Aws) -> None:  # noqa: ARG002  # the verb of every action
        """Remove it; the function is still there."""
        self._backup.remove()

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return backup.calls_of(self.function)

    def current(self, aws: Aws) -> str:  # noqa: ARG002  # the verb of every action
        """Return what is there now, in one line."""
        if not self._backup.folder.exists():
            return "no backup"
        arn = self._backup.function_arn()
        return f"a backup of {arn}" if arn else "files that are not what their manifest says"
