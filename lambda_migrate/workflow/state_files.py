"""Finds the files near the code in which tools have written down what they have made, and reads the ids in them."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_migrate.declarations.deployment import SKIPPED, folders_above, folders_inside
from lambda_migrate.declarations.model import Unreadable
from lambda_migrate.handover.ownership import File
from lambda_migrate.handover.states import STATES, lock
from lambda_migrate.regular_file import read_regular

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.handover.states.model import StateReader

LONGEST = 1 << 26
"""Bytes of a file that is read."""

MOST = 200
"""Files of one kind that are read at most, the nearest to the code first."""

MOST_FOLDERS = 200
"""How many folders are searched at most, the nearest to the code first."""

BELOW, BESIDE = 3, 2
"""Folders that are looked into below the code's, and below those beside it: `infra/envs/prod`."""


@dataclass(frozen=True)
class Written:
    """What tools have written down near the code.

    Attributes:
        files: One for each file that could be read.
        names: All files that lie there, relative to the folder of the code.
        notes: What could not be read, and who is at work, one line each.
    """

    files: tuple[File, ...] = ()
    names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read(folder: Path) -> Written:
    """Read them in the folder of the code, beside it and above it, up to the repository's.

    Args:
        folder: Of the code.
    """
    near = Near(folder)
    files: list[File] = []
    notes: list[str] = []
    for reader in STATES:
        for path in near.matching(reader.files)[:MOST]:
            try:
                files.append(near.file(reader, path))
            except Unreadable:
                pass  # the readers of declarations tell it
            except (OSError, ValueError, RecursionError) as error:
                text = f"`{near.named(path)}` cannot be read ({why(error)})"
                notes.append(f"{text}: what {reader.tool} owns is unknown; check with {reader.tool} itself")
        notes += [near.locked(reader, path) for path in near.matching(reader.locks)]
    names = [near.named(path) for path in near.matching(("*",))]
    return Written(tuple(files), tuple(dict.fromkeys([*names, *(each.path for each in files)])), tuple(notes))


class Near:
    """The folders near the code.

    Args:
        folder: Of the code.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        above = [folder, *folders_above(folder)]
        near = (inside for place in above for inside in (place, *folders_inside(place)))
        beside = (each for place in above for kept in folders_inside(place) for each in _below(kept, BESIDE))
        far = (*_below(folder, BELOW), *beside)
        self._places = list(dict.fromkeys((*near, *far)))[:MOST_FOLDERS]

    def matching(self, patterns: tuple[str, ...]) -> list[Path]:
        """Return the files whose names match a pattern, the nearest to the code first, each once."""
        listed = (path for place in self._places for pattern in patterns for path in _listed(place, pattern))
        return list(dict.fromkeys(listed))

    def named(self, path: Path) -> str:
        """Return how a person finds a file from the code."""
        return Path(os.path.relpath(path, self.folder)).as_posix()

    def file(self, reader: StateReader, path: Path) -> File:
        """Read a file.

        Raises:
            OSError, ValueError, RecursionError: It cannot be read, or is not what its name says.
        """
        text = read_regular(path, LONGEST).decode("utf-8-sig")
        return File(reader.tool, self.named(path), tuple(reader.read(path, text)), reader.lineage(text))

    def locked(self, reader: StateReader, path: Path) -> str:
        """Return who is at work."""
        try:
            about = lock.about(read_regular(path, LONGEST).decode())
        except (OSError, ValueError):
            about = ""
        return lock.held(reader.tool, self.named(path), about)


def _below(folder: Path, depth: int) -> Iterator[Path]:
    """Yield the folders in a folder, those nearest to it first, without such as nobody's own files are in."""
    try:
        inner = [each for each in sorted(folder.iterdir()) if each.name not in SKIPPED and each.is_dir()]
    except OSError:
        return
    own = [each for each in inner if not each.is_symlink()]
    yield from own
    for each in own if depth > 1 else ():
        yield from _below(each, depth - 1)


def _listed(place: Path, pattern: str) -> Iterator[Path]:
    try:
        yield from (each for each in sorted(place.glob(pattern)) if each.is_file())
    except OSError:
        return


def why(error: Exception) -> str:
    """Return why a file cannot be read, in a few words."""
    known = {json.JSONDecodeError: "not JSON", RecursionError: "nested too deeply", UnicodeDecodeError: "not UTF-8"}
    if type(error) in known:
        return known[type(error)]
    return str(getattr(error, "strerror", None) or error or type(error).__name__)
