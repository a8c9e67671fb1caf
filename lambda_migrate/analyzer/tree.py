"""The files of the analysed folder: the user's own Python code, told apart from vendored packages and environments."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

NOT_SOURCE = frozenset({"__pycache__", "node_modules", "site-packages", "dist-packages", "cdk.out"})
DEVELOPERS = frozenset({"conftest.py", "setup.py", "noxfile.py"})
COMPILED = (".so", ".pyd", ".pyc")


@dataclass(frozen=True, slots=True)
class SourceTree:
    """What lies in the analysed folder.

    Attributes:
        root: the folder.
        files: the user's Python files, relative, sorted; folders that cannot be listed are among them.
        vendored: top-level import names of packages installed into the folder.
        compiled: dotted names of extension modules beside the code.
    """

    root: Path
    files: tuple[str, ...]
    vendored: frozenset[str]
    compiled: frozenset[str]


@dataclass(slots=True)
class _Survey:
    files: list[str] = field(default_factory=list)
    vendored: set[str] = field(default_factory=set)
    compiled: set[str] = field(default_factory=set)


def survey(root: Path) -> SourceTree:
    """List the user's Python files under `root`; links to folders are not followed.

    A folder that cannot be listed is listed itself, so that whoever reads it as a file says why it cannot be.
    """
    surveyed = _Survey()

    def unreadable(error: OSError) -> None:
        surveyed.files.append(Path(error.filename).relative_to(root).as_posix())

    for folder, folders, names in os.walk(root, onerror=unreadable):
        here = Path(folder)
        if here != root and "pyvenv.cfg" in names:
            folders.clear()
            continue
        installed = _installed_here(here, folders)
        surveyed.vendored |= installed
        folders[:] = sorted(name for name in folders if _is_source(name) and name not in installed)
        relative = PurePosixPath(here.relative_to(root).as_posix())
        for name in names:
            stem = name.partition(".")[0]
            if name.endswith(".py"):
                if stem not in installed:
                    surveyed.files.append(str(relative / name))
            elif name.endswith(COMPILED):
                surveyed.compiled.add(".".join([*relative.parts, stem]))
    return SourceTree(root, tuple(sorted(surveyed.files)), frozenset(surveyed.vendored), frozenset(surveyed.compiled))


def is_test(path: str) -> bool:
    """Return whether a file is a test, or is for building and developing: neither runs in the function."""
    parts = PurePosixPath(path).parts
    name = parts[-1]
    folders = {"test", "tests"} & set(parts[:-1])
    return bool(folders) or name in DEVELOPERS or name.startswith("test_") or name.endswith("_test.py")


def _is_source(name: str) -> bool:
    return not name.startswith(".") and name not in NOT_SOURCE and not name.endswith((".dist-info", ".egg-info"))


def _installed_here(folder: Path, folders: list[str]) -> set[str]:
    names: set[str] = set()
    for name in folders:
        if name.endswith((".dist-info", ".egg-info")):
            record = _lines(folder / name / "RECORD") or _lines(folder / name / "installed-files.txt")
            listed = [line.partition(",")[0].partition("/")[0] for line in record]
            names.update(entry.partition(".")[0] for entry in listed if _is_importable(entry))
            # An egg-info of the user's own project lists no files: its code is not a vendored package.
            if name.endswith(".dist-info"):
                names.update(line.strip() for line in _lines(folder / name / "top_level.txt"))
    return names - {""}


def _is_importable(entry: str) -> bool:
    if entry.startswith((".", "_")) and entry.startswith(("..", "__")):
        return False
    return entry.endswith((".py", *COMPILED)) or ("." not in entry and entry.replace("-", "_").isidentifier())


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
