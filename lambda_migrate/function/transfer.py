"""What a transfer can do between two parts: stop, and remember what has arrived.

Uploads that were begun and not ended are kept in a small file beside the ledger, so that a run whose process was killed
goes on where ECR has come to. What is in the file decides nothing: ECR holds every upload against its digest. Without
the file, or with a damaged one, uploads begin again.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from lambda_migrate.regular_file import OURS, read_regular, write_private

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_LONGEST = 2**20
"""Bytes of the file; what is longer is not one."""


class Upload(NamedTuple):
    """An upload that was begun.

    Attributes:
        id: As ECR names it.
        part: Bytes of each part but the last.
        received: Bytes that ECR has confirmed.
    """

    id: str
    part: int
    received: int = 0


@dataclass
class Unfinished:
    """The uploads that were begun and are not complete.

    Args:
        path: Where they are kept; None keeps them for as long as this object lasts.
    """

    path: Path | None = None

    @classmethod
    def beside(cls, ledger: Path) -> Unfinished:
        """Return those that were saved beside a ledger."""
        return cls(ledger.parent / OURS / f"{ledger.stem}.uploads")

    @cached_property
    def _held(self) -> dict[str, Upload]:
        return _read(self.path) if self.path else {}

    def find(self, repository: str, digest: str) -> Upload | None:
        """Return the upload of a blob to a repository, None where none was begun."""
        return self._held.get(_name(repository, digest))

    def keep(self, repository: str, digest: str, upload: Upload) -> None:
        """Save how far an upload is."""
        self._held[_name(repository, digest)] = upload
        self._write()

    def drop(self, repository: str, digest: str) -> None:
        """Forget an upload: it is complete, or ECR has forgotten it."""
        if self._held.pop(_name(repository, digest), None) is not None:
            self._write()

    def _write(self) -> None:
        if self.path is None:
            return
        with suppress(OSError):  # without it a killed run sends again what had arrived, and nothing else is lost
            if self._held:
                document = {name: list(upload) for name, upload in self._held.items()}
                write_private(self.path, json.dumps(document).encode())
            else:
                self.path.unlink(missing_ok=True)


def _nowhere() -> None:
    """Go on."""


@dataclass(frozen=True)
class Transfer:
    """What a transfer may do between two parts.

    Attributes:
        pause: Called between two parts: raises where it is to stop there, and sees meanwhile to what lasts.
        unfinished: The uploads that were begun.
    """

    pause: Callable[[], None] = _nowhere
    unfinished: Unfinished = field(default_factory=Unfinished)


def _name(repository: str, digest: str) -> str:
    return f"{repository} {digest}"


def _read(path: Path) -> dict[str, Upload]:
    try:
        document: Any = json.loads(read_regular(path, _LONGEST))
        return {str(name): _upload(*told) for name, told in document.items()}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return {}


def _upload(upload: object, part: object, received: object) -> Upload:
    """Return an upload as it was written.

    Raises:
        TypeError, ValueError: It is not one.
    """
    if not (isinstance(upload, str) and isinstance(part, int) and isinstance(received, int)):
        raise TypeError
    if part < 1 or received < 0:
        raise ValueError
    return Upload(upload, part, received)
