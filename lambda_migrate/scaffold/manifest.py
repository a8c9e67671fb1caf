"""What `init` remembers of a repository: which files it wrote, as what, and with which settings of the adapter."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from lambda_migrate.errors import MigrateError

if TYPE_CHECKING:
    from pathlib import Path

RECORD = ".lambda-migrate.json"
"""The file in the service's repository that holds the record."""
STAGING = ".lambda-migrate-staging"
"""The folder in it where files wait until all of them are there."""
_NOT_THE_USERS = (".git", STAGING)


@dataclass(frozen=True)
class Member:
    """One of several functions that share a repository.

    Attributes:
        name: The function's.
        package: That puts its service together.
        suffix: What its own variables end with; "" for the first one.
        parts: As for :class:`Manifest`.
        settings: Likewise.
        files: Paths that `init` has written for it alone.
    """

    name: str
    package: str
    suffix: str
    parts: frozenset[str] = frozenset()
    settings: dict[str, Any] | None = None
    files: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return {**vars(self), "parts": sorted(self.parts), "files": list(self.files)}

    @classmethod
    def from_dict(cls, document: dict[str, Any]) -> Member:
        """Return it as it was."""
        names = {each: str(document[each]) for each in ("name", "package", "suffix")}
        settings = document.get("settings")
        parts = frozenset(map(str, document.get("parts", ())))
        return cls(**names, parts=parts, settings=settings, files=tuple(map(str, document.get("files", ()))))


@dataclass(frozen=True)
class Manifest:
    """What was written.

    Attributes:
        files: Path → hash of what `init` wrote there.
        replaced: Path → hash of what `init` had written there before, while files are being replaced; the one or the
            other is there if that was cut short.
        parts: What the service is put together with besides what every service has.
        settings: What `init` read from the adapter when it last wrote; None where that was not recorded.
        members: The functions that share it, the first one first; none where it serves one alone.
    """

    files: dict[str, str] = field(default_factory=dict)
    replaced: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] | None = None
    parts: frozenset[str] = frozenset()
    members: tuple[Member, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path that `init` has written to."""
        return tuple(path for path in sorted({**self.files, **self.replaced}) if _is_inside(path))

    def wrote(self, path: str, content: bytes) -> bool:
        """Tell whether a file is as `init` left it."""
        return digest(content) in (self.files.get(path), self.replaced.get(path))

    def to_bytes(self) -> bytes:
        """Return the record as it is kept."""
        document: dict[str, Any] = {"version": 1, "files": dict(sorted(self.files.items()))}
        document |= {"replaced": dict(sorted(self.replaced.items()))} if self.replaced else {}
        document |= {"parts": sorted(self.parts)} if self.parts else {}
        document |= {"settings": self.settings} if self.settings is not None else {}
        document |= {"members": [each.to_dict() for each in self.members]} if self.members else {}
        return (json.dumps(document, indent=1) + "\n").encode()


def _is_inside(path: str) -> bool:
    """Tell whether a path stays in the repository: a record that came from elsewhere removes nothing outside of it."""
    parts = PurePosixPath(path).parts
    return bool(parts) and parts[0] != "/" and ".." not in parts


def digest(content: bytes) -> str:
    """Return the hash that the record keeps of a file."""
    return hashlib.sha256(content).hexdigest()


def unfinished(directory: Path) -> bool:
    """Tell whether a run was cut short while it replaced files.

    Raises:
        MigrateError: As :func:`load`.
    """
    return bool(load(directory).replaced) or (directory / STAGING).exists()


def load(directory: Path) -> Manifest:
    """Read the record of a repository; reads only.

    Raises:
        MigrateError: The folder is not empty and none of ours, or its record cannot be read.
    """
    file = directory / RECORD
    if not directory.exists():
        return Manifest()
    if not directory.is_dir():
        raise MigrateError(f"`{directory}` is not a directory", hint="name another with `service.directory`")
    try:
        if not file.is_file():
            if any(each.name not in _NOT_THE_USERS for each in directory.iterdir()):
                raise MigrateError(
                    f"`{directory}` is not empty, and `init` has not made it",
                    hint="name an empty folder, or one that does not exist",
                )
            return Manifest()
        document = json.loads(file.read_bytes())
        settings = document.get("settings")
        return Manifest(
            files={str(path): str(sha) for path, sha in document["files"].items()},
            replaced={str(path): str(sha) for path, sha in document.get("replaced", {}).items()},
            settings=None if settings is None else dict(settings),
            parts=frozenset(str(part) for part in document.get("parts", ())),
            members=tuple(Member.from_dict(each) for each in document.get("members", ())),
        )
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise MigrateError(f"`{file}` cannot be read", hint="restore it from version control") from error
    except OSError as error:
        raise MigrateError(
            f"`{directory}` cannot be read: {error.strerror}", hint="let your user read it, or name another folder"
        ) from error
