"""Reads what the old project declares to require, in whatever form, into lines of the service's requirements file."""

from __future__ import annotations

import configparser
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.distributions import DEVELOPMENT, names_everything
from lambda_migrate.scaffold.declared import locks, projects, text
from lambda_migrate.scaffold.declared.declarations import Declarations

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from lambda_migrate.scaffold.declared.requirement import Requirement

__all__ = ["Declared", "read"]

_UNREADABLE = (
    *(OSError, ValueError, KeyError, TypeError, AttributeError, SyntaxError, RecursionError, MemoryError),
    configparser.Error,
)


@dataclass(frozen=True)
class Declared:
    """What the service has to install because the old project says so.

    Attributes:
        requirements: One for each distribution, the most exact that was found.
        notes: What cannot be carried over, one line each.
        optional: What groups require that are installed where they are asked for: group → requirements.
        files: Names of the files that were read.
        complete: Whether a lock among them names everything.
    """

    requirements: tuple[Requirement, ...] = ()
    notes: tuple[str, ...] = ()
    optional: Mapping[str, tuple[Requirement, ...]] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    complete: bool = False


def read(
    folder: Path,
    root: str,
    python: str,
    *,
    lifted: frozenset[str] = frozenset(),
    only: Sequence[Path] = (),
    within: Path | None = None,
) -> Declared:
    """Read the files of the old project, all but those for development.

    Args:
        folder: The old project.
        root: The folder in it that the code is imported from, "" or ending in a slash; it may have files of its own.
        python: Version of Python that markers are judged by, for example ``3.12``.
        lifted: Distributions of the project itself whose code is lifted, and their folders, as ``/folder``.
        only: The files that count, where somebody has named them; they lie in the folder.
        within: What they include may lie anywhere in it; default: the folder.
    """
    declarations = Declarations(lifted=lifted)
    files = list(only) or list(_files(folder, root))
    for path in files:
        name = path.relative_to(folder).as_posix()
        try:
            if path.name in locks.FILES:
                locked = locks.read(path, declarations.required, python)
                declarations.pins |= {key: value for key, value in locked.items() if key not in declarations.pins}
                declarations.required += locked.values()
            elif path.name in projects.FILES:
                projects.read(path, name, python, declarations)
            else:
                limits = path.name == "constraints.txt"
                text.read(path, folder, python, declarations, constraint=limits, within=within)
        except _UNREADABLE as error:
            declarations.notes.append(f"`{name}` cannot be read ({type(error).__name__}); add what it requires")
    chosen = _chosen(declarations)
    stripped = [
        f"`{each.written or each.url}` was installed with credentials in its URL, which are left out; "
        "give them to git or pip where the service is built"
        for each in chosen
        if each.stripped
    ]
    groups = {group: tuple(each for each in lines) for group, lines in declarations.optional.items()}
    names = tuple(path.relative_to(folder).as_posix() for path in files)
    notes = tuple(dict.fromkeys((*declarations.notes, *stripped)))
    return Declared(chosen, notes, groups, names, any(names_everything(path) for path in files))


def joined(several: Iterable[Declared]) -> Declared:
    """Return what several places require together; for a distribution, the first exact requirement counts."""
    several = list(several)
    declarations = Declarations([each for one in several for each in one.requirements])
    return Declared(
        _chosen(declarations),
        tuple(dict.fromkeys(note for one in several for note in one.notes)),
        {group: lines for one in reversed(several) for group, lines in one.optional.items()},
        tuple(name for one in several for name in one.files),
        any(one.complete for one in several),
    )


def _files(folder: Path, root: str) -> Iterator[Path]:
    """Yield what is there: requirements first, then the project's own file, then locks, which pin what both name."""
    folders = list(dict.fromkeys((folder, folder / root)))
    for each in folders:
        plain = sorted((*each.glob("requirements*.txt"), *each.glob("requirements/*.txt")))
        compiled = {path.with_suffix("") for path in plain}
        inputs = [path for path in sorted(each.glob("requirements*.in")) if path.with_suffix("") not in compiled]
        yield from (path for path in (*plain, *inputs) if not DEVELOPMENT.search(path.stem))
        yield from (each / "constraints.txt",) if (each / "constraints.txt").is_file() else ()
    for name in (*projects.FILES, *locks.FILES):
        yield from (each / name for each in folders if (each / name).is_file())


def _chosen(declarations: Declarations) -> tuple[Requirement, ...]:
    """Return one requirement for each distribution: an exact one where there is one, with the extras that are asked."""
    chosen: dict[str, Requirement] = {}
    for each in (each for each in declarations.required if each.line.isprintable()):
        known = chosen.get(each.name)
        if known is None or (each.exact and not known.exact):
            extras = each.extras or (known.extras if known else "")
            chosen[each.name] = replace(each, extras=extras)
    for name, pin in declarations.pins.items():
        if name in chosen and not chosen[name].exact and not chosen[name].url:
            asked = chosen[name]
            chosen[name] = replace(pin, extras=asked.extras, written=asked.written, marker=asked.marker)
    return tuple(chosen.values())
