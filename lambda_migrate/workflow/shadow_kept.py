"""What was compared so far, in a file: a run that was stopped or killed goes on from there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.errors import ConfigError
from lambda_migrate.regular_file import read_regular, write_private
from lambda_migrate.shadow.tally import Tally

if TYPE_CHECKING:
    from pathlib import Path

LONGEST = 1 << 26


@dataclass
class Kept:
    """What was compared so far, in a file.

    Attributes:
        path: The file.
        identity: Of the events, versions and rules: a run of others begins at the first event.
    """

    path: Path
    identity: str
    _done: int = 0

    def read(self) -> tuple[int, Tally]:
        """Return how many events are done, and what was counted of them."""
        try:
            data = json.loads(read_regular(self.path, LONGEST))
            if data["identity"] == self.identity and not data["finished"]:
                self._done = int(data["done"])
                return self._done, Tally.from_dict(data["tally"])
        except (OSError, ValueError, KeyError, TypeError):
            pass
        return 0, Tally()

    def write(self, done: int, tally: Tally) -> None:
        """Keep what was compared; nobody else may read it, because examples are from answers."""
        self._done = done
        self._save(tally, finished=False)

    def finish(self, tally: Tally) -> None:
        """Say that it is whole and noted: the same command begins at the first event again."""
        self._save(tally, finished=True)

    def _save(self, tally: Tally, *, finished: bool) -> None:
        data = {"identity": self.identity, "done": self._done, "finished": finished, "tally": tally.to_dict()}
        try:
            write_private(self.path, json.dumps(data).encode())
        except OSError as error:
            raise ConfigError(f"`{self.path}` cannot be written: {error.strerror}", hint="make room there") from error
