"""Reads the files that owners deploy from, beside the function's code and above it; changes and runs nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lambda_migrate.declarations.deployment import INSIDE, LONGEST, SKIPPED, folders_above
from lambda_migrate.handover import terraform_module
from lambda_migrate.handover.states import identities
from lambda_migrate.handover.terraform_module import STATE
from lambda_migrate.regular_file import read_regular
from lambda_migrate.scaffold import git
from lambda_migrate.workflow.state_files import BELOW, BESIDE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from lambda_migrate.handover.patch import Patched

SUFFIXES = (*terraform_module.SUFFIXES, ".yaml", ".yml", ".template")
NAMES = (STATE, "cdk.json")
MOST = 1000
"""Files that are read at most, the nearest to the code first."""


@dataclass(frozen=True)
class OwnersFiles:
    """What was read.

    Attributes:
        root: The folder that the paths begin at, and that patches are applied in: the repository's.
        texts: Path → text.
        notes: What could not be read, one line each.
    """

    root: Path
    texts: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def read(self, path: str) -> str | None:
        """Return a file as it is now; None where it does not exist, or is not one below the root."""
        place = self.root / path
        try:
            if place.is_symlink() or not place.resolve().is_relative_to(self.root):
                return None
            return read_regular(place, LONGEST).decode()
        except (OSError, ValueError):
            return None

    def moved_on(self, patched: Patched) -> list[str]:
        """Return the files of patches that are not what they were when they were read."""
        first = {each.path: each.before for stage in reversed(patched.stages) for each in stage.patches}
        return sorted(path for path, before in first.items() if self.read(path) != before)


def read(code: Path, states: Mapping[Path, str] | None = None) -> OwnersFiles:
    """Read the files below the code's folder, and those of the folders above it up to the repository's.

    Args:
        code: The folder of the code.
        states: Ids of states that are kept elsewhere, by the folders of their code.
    """
    code = code.resolve()
    root = git.work_tree(code) or (code.parent if folders_above(code) else code)
    texts: dict[str, str] = {}
    notes: list[str] = []
    for path in _files(code):
        name = path.relative_to(root).as_posix()
        if name in texts or not name.isprintable():
            continue
        if len(texts) == MOST:
            notes.append(f"more than {MOST} files: those further away from the code were not read")
            break
        try:
            text = read_regular(path, LONGEST).decode()
            texts[name] = identities.only(text) if path.name == STATE else text
        except (OSError, ValueError) as error:
            notes.append(f"`{name}` cannot be read: {getattr(error, 'strerror', None) or 'not UTF-8'}")
    for folder, state in (states or {}).items():
        if folder.resolve().is_relative_to(root):
            texts[(folder.resolve() / STATE).relative_to(root).as_posix()] = state  # what lies there is older
    return OwnersFiles(root, texts, tuple(notes))


def _files(code: Path) -> Iterator[Path]:
    yield from _below(code, BELOW)
    for above in folders_above(code):
        yield from _below(above, 0)
        for name in INSIDE:
            yield from _below(above / name, BESIDE)


def _below(folder: Path, depth: int) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return
    for path in entries:
        if path.is_symlink():
            continue
        if path.is_file():
            if path.name in NAMES or path.name.endswith(SUFFIXES):
                yield path
        elif depth and path.name not in SKIPPED and path.is_dir():
            yield from _below(path, depth - 1)
