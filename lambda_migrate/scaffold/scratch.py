"""A folder for as long as code is looked at; on a disk that is full the user is told which."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_migrate.errors import MigrateError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def folder() -> Iterator[Path]:
    """Yield an empty folder, which goes with all that is in it.

    Raises:
        MigrateError: It cannot be made or written to.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="lambda-migrate-") as name:
            yield Path(name).resolve()
    except OSError as error:
        raise MigrateError(
            f"the code cannot be looked at in `{tempfile.gettempdir()}`: {error.strerror}",
            hint="make room there, or name another folder in TMPDIR",
        ) from error
