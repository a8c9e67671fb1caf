"""The keys that the proxy signs with: at least one, two while they are rotated."""

from __future__ import annotations

import logging
import re
from pathlib import Path

from ..environment import Environment

VARIABLE = "LAMBDA_MIGRATE_SIGNING_KEYS"
FILE_VARIABLE = "LAMBDA_MIGRATE_SIGNING_KEYS_FILE"
_ID = re.compile(r"^[A-Za-z0-9._-]{1,64}$")

log = logging.getLogger(__name__)


def parse(text: str) -> dict[str, bytes]:
    """Return secrets by key id.

    Args:
        text: `id:secret[,id:secret]`.

    Raises:
        ValueError: It is not of that form; the message holds no secret.
    """
    keys: dict[str, bytes] = {}
    for number, part in enumerate((part.strip() for part in text.split(",") if part.strip()), start=1):
        identifier, _, secret = part.partition(":")
        if not _ID.match(identifier) or not secret or identifier in keys:
            msg = f"key {number} must be written id:secret, each id once"
            raise ValueError(msg)
        keys[identifier] = secret.encode()
    return keys


class Keys:
    """The active keys: those of the environment, and those of a file that may change while the service runs.

    Args:
        fixed: Secrets by key id.
        file: Is read again whenever it has changed; while it is missing, it adds no keys.
    """

    def __init__(self, fixed: dict[str, bytes], file: Path | None = None) -> None:
        self._fixed = fixed
        self._file = file
        self._seen: tuple[int, int, int] | None = None
        self._read: dict[str, bytes] = {}

    @classmethod
    def read(cls, environment: Environment) -> Keys:
        """Read both variables."""
        fixed: dict[str, bytes] = {}
        try:
            fixed = parse(environment.text(VARIABLE))
        except ValueError as error:
            environment.problems.append(f"{VARIABLE}: {error}")
        name = environment.text(FILE_VARIABLE)
        file = Path(name).resolve() if name else None
        if file is not None and not file.is_file():
            environment.problems.append(f"{FILE_VARIABLE}: `{name}` does not exist")
        return cls(fixed, file)

    def current(self) -> dict[str, bytes]:
        """Return the active secrets by key id; none means that nothing signed is accepted."""
        if self._file is None:
            return self._fixed
        try:
            found = self._file.stat()
            seen = (found.st_mtime_ns, found.st_size, found.st_ino)
            if seen != self._seen:
                self._read = parse(self._file.read_text(encoding="utf-8").replace("\n", ","))
                self._seen = seen
                log.info("signing keys read: %s", ", ".join(self._read))
        except FileNotFoundError:
            self._seen, self._read = None, {}
        except (OSError, ValueError) as error:
            log.error("the signing keys in `%s` cannot be read, the last ones stay: %s", self._file, error)
            self._seen = seen
        return {**self._fixed, **self._read}
