"""What `status` needs of migration.yaml, read without its schema: the check takes longer than all of `status`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Self

import yaml

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_migrate.config import Migration


class Outline(NamedTuple):
    """Whom the migration is about, and where its files are.

    Attributes:
        function: Name or ARN of the function.
        ledger: Path of the ledger, relative to migration.yaml.
        directory: Folder of the service's repository, relative to migration.yaml.
    """

    function: str
    ledger: str = "ledger.yaml"
    directory: str = "service"

    @classmethod
    def read(cls, path: Path) -> Self | None:
        """Read migration.yaml; None where it does not say this plainly, and its schema has to name the mistake."""
        loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            document = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506  # both are safe
        except (OSError, UnicodeDecodeError, yaml.YAMLError):
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
        return cls(migration.function, migration.ledger, migration.service.directory)
