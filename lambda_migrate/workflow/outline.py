"""What `status` needs of migration.yaml, read without its schema: the check takes longer than all of `status`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Self

import yaml

from lambda_migrate.regular_file import read_regular
from lambda_migrate.yaml_nesting import require_shallow

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_migrate.config import Migration


LONGEST = 1 << 20
"""Bytes of a migration.yaml, at most."""


class Outline(NamedTuple):
    """Whom the migration is about, and where its files are.

    Attributes:
        function: Name or ARN of the function.
        ledger: Path of the ledger, relative to migration.yaml; "" where it does not say.
        directory: Folder of the service's repository, relative to migration.yaml.
    """

    function: str
    ledger: str = ""
    directory: str = "service"

    @classmethod
    def read(cls, path: Path) -> Self | None:
        """Read migration.yaml; None where it does not say this plainly, and its schema has to name the mistake."""
        loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            text = read_regular(path, LONGEST).decode()
            require_shallow(text)
            document = yaml.load(text, Loader=loader)  # noqa: S506  # both are safe
        except (OSError, ValueError, yaml.YAMLError):
            return None
        service = document.get("service", {}) if isinstance(document, dict) else None
        if not isinstance(service, dict):
            return None
        keys = {"function": document.get("function")}
        keys |= {"ledger": document["ledger"]} if "ledger" in document else {}
        keys |= {"directory": service["directory"]} if "directory" in service else {}
        return cls(**keys) if all(isinstance(text, str) and text for text in keys.values()) else None

    @classmethod
    def of(cls, migration: Migration) -> Self:
        """Return the outline of a migration.yaml that was checked."""
        ledger = migration.ledger if "ledger" in migration.model_fields_set else ""
        return cls(migration.function, ledger, migration.service.directory)
