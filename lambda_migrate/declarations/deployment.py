"""What the project says of one function: put together from every file that speaks of it, each thing with its place."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, fields, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lambda_migrate.declarations import READERS
from lambda_migrate.declarations.model import Declaration, Unreadable
from lambda_migrate.regular_file import read_regular
from lambda_migrate.text_encoding import decoded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lambda_migrate.declarations.model import Reader

LONGEST = 4 << 20
"""Bytes of a file that is read; a template of CloudFormation has at most one megabyte."""

MOST_FILES = 200
INSIDE = ("infra", "infrastructure", "terraform", "deploy", "deployment", "iac", "cdk", "sam", ".aws")
"""Folders beside code in which projects keep what deploys it."""

_REASONS: Mapping[type[Exception], str] = {
    UnicodeDecodeError: "it is not text",
    RecursionError: "it is nested too deeply",
}
SILENT = {
    "cdk.json": "run `cdk synth`; then its templates in `cdk.out` are read",
    "serverless.ts": "run `serverless print > serverless.yml`, or give its values yourself",
    "serverless.js": "run `serverless print > serverless.yml`, or give its values yourself",
    "Pulumi.yaml": "give its values yourself, or ask AWS",
    "terragrunt.hcl": "give its values yourself, or ask AWS",
}
DEEPER = ("*", "*/*")
MOST_FOLDERS = 100
_EMPTY = Declaration()
_UNSAID = (None, "", (), False)
SKIPPED = frozenset(
    {".git", ".venv", "venv", "node_modules", ".terraform", "cdk.out", ".serverless", ".aws-sam", "__pycache__"}
)
"""Folders in which nobody's own files are."""

_MERGED = tuple(each.name for each in fields(Declaration) if each.name not in ("line", "key", "name", "variables"))


@dataclass(frozen=True)
class Told:
    """A thing that the project says, and where: ``../template.yaml:12``."""

    value: Any
    where: str


@dataclass(frozen=True)
class Deployment:
    """What is known.

    Attributes:
        told: By the names of :class:`Declaration`'s attributes; only what some file says.
        variables: The function's variables; the value of one that only the deployment knows is None.
        others: Functions that the files speak of too, where nobody can say which one is meant.
        notes: Files that cannot be read, one line each.
    """

    told: Mapping[str, Told] = field(default_factory=dict)
    variables: Mapping[str, Told] = field(default_factory=dict)
    others: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def value(self, name: str) -> Any:
        """Return what is said of an attribute; None where nothing is."""
        known = self.told.get(name)
        return known.value if known else None

    def where(self, name: str) -> str:
        """Return where it is said, "" where it is not."""
        known = self.told.get(name)
        return known.where if known else ""


@dataclass(frozen=True)
class _Spoken:
    declaration: Declaration
    place: Path
    where: str


def folders_above(folder: Path) -> Sequence[Path]:
    """Return the folders above the code, up to that of its repository; the parent alone if it is in none."""
    parents = folder.resolve().parents
    top = next((depth for depth, each in enumerate(parents) if (each / ".git").exists()), 0)
    return () if (folder / ".git").exists() else parents[: top + 1]


def top_of(folder: Path) -> Path:
    """Return the folder of a repository; where it is in none, the one above, which belongs to the project too."""
    return (folder.resolve(), *folders_above(folder))[-1]


def folders_inside(place: Path) -> list[Path]:
    """Return the folders in one that keep what deploys its code."""
    return [place / name for name in INSIDE if os.path.isdir(place / name)]  # noqa: PTH112  # False where it may not look


def find(folder: Path, function: str = "") -> Deployment:
    """Read what the project says of a function; nothing is run.

    Args:
        folder: The folder of the code.
        function: The function's name, "" where nobody knows.
    """
    notes: list[str] = []
    places = [folder, *folders_above(folder)]
    spoken = list(_spoken(folder, places, [inside for each in places for inside in _kept_in(each)], notes))
    if not any(each.declaration.key for each in spoken):
        spoken += _spoken(folder, places, [deep for each in places for deep in _deeper(each)], notes)
    named = [each for each in spoken if each.declaration.key]
    notes += [] if named else _silent(places, folder)
    chosen, others = _chosen(named, folder.resolve(), function, notes)
    general = [each for each in spoken if not each.declaration.key and _applies(each, chosen, named)]
    merged = [*([chosen] if chosen else []), *general]
    told: dict[str, Told] = {}
    variables: dict[str, Told] = {}
    for each in merged:
        for name in _MERGED:
            value = getattr(each.declaration, name)
            if name not in told and value not in _UNSAID:
                told[name] = Told(value, each.where)
        for name, given in each.declaration.variables.items():
            variables.setdefault(name, Told(given, each.where))
    if chosen:
        told["name"] = Told(chosen.declaration.name or chosen.declaration.key, chosen.where)
    return Deployment(told, variables, others, tuple(sorted(notes)))


def _kept_in(place: Path) -> Iterator[Path]:
    """Yield a folder and those in it that keep what deploys its code."""
    yield from (place, *folders_inside(place))


def _silent(places: Sequence[Path], folder: Path) -> Iterator[str]:
    """Yield the files that say by running how the function is deployed, one line each."""
    for place in places:
        for name, then in SILENT.items():
            if (place / name).is_file():
                where = Path(os.path.relpath(place / name, folder)).as_posix()
                yield f"`{where}` says how the function is deployed only when it runs: {then}"


def _deeper(place: Path) -> Iterator[Path]:
    """Yield what those have in them: environments, stacks, modules; not what tools have put there."""
    inner = (each for kept in folders_inside(place) for pattern in DEEPER for each in sorted(kept.glob(pattern)))
    own = (each for each in inner if not any(part.startswith(".") for part in each.relative_to(place).parts[1:]))
    yield from islice((each for each in own if each.is_dir() and "node_modules" not in each.parts), MOST_FOLDERS)


def _spoken(folder: Path, places: Sequence[Path], looked_in: Sequence[Path], notes: list[str]) -> Iterator[_Spoken]:
    """Yield what every file says, the nearest folder first, and in each by the order of readers."""
    files: dict[Path, Reader] = {}
    for reader in READERS:
        for inside in looked_in:
            for pattern in reader.files:
                files |= {path: reader for path in sorted(inside.glob(pattern)) if path not in files}
    order = {place.resolve(): number for number, place in enumerate(places)}
    nearest = sorted(list(files)[:MOST_FILES], key=lambda path: _distance(path, order))
    for path in nearest:
        where = Path(os.path.relpath(path, folder)).as_posix()
        try:
            text = decoded(read_regular(path, LONGEST))
            for each in files[path].read(path, text):
                if path.parent in places or each.key or each.image:  # else of what deploys it, as a program of the CDK
                    yield _Spoken(each, path.parent, f"{where}:{each.line}" if each.line else where)
        except Unreadable as error:
            notes.append(f"`{where}` cannot be read: {error}; what it says is not known")
        except (OSError, ValueError, RecursionError) as error:
            reason = getattr(error, "strerror", None) or _REASONS.get(type(error), "it is not valid")
            notes.append(f"`{where}` cannot be read: {reason}; what it says is not known")


def _distance(path: Path, order: Mapping[Path, int]) -> int:
    return next((order[parent] for parent in path.resolve().parents if parent in order), len(order))


def _chosen(
    named: list[_Spoken], folder: Path, function: str, notes: list[str]
) -> tuple[_Spoken | None, tuple[str, ...]]:
    """Return what speaks of the function that is meant; where several may, none, and the names of all."""
    scored = [(_score(each, folder, function), each) for each in named]
    best = max((score for score, _ in scored), default=0.0)
    first = [each for score, each in scored if score == best]
    if best == 0 and len(named) > 1:
        first = []
    different = {each.declaration.key for each in first}
    if len(different) == 1:
        return _agreed(first, notes), ()
    return None, tuple(sorted({each.declaration.key for each in (first or named)}))


def _agreed(several: list[_Spoken], notes: list[str]) -> _Spoken:
    """Return what several places say of one function, as for several environments, without what they differ in."""
    first = several[0]
    kept: dict[str, Any] = {}
    differ = []
    for name in _MERGED:
        said = [value for each in several if (value := getattr(each.declaration, name)) not in _UNSAID]
        same = all(value == said[0] for value in said)
        differ += [] if same else [name]
        kept[name] = said[0] if said and same else getattr(_EMPTY, name)
    given = [each.declaration.variables for each in several]
    variables = {name: values[name] for values in reversed(given) for name in values}
    known = {name: [values[name] for values in given if name in values] for name in variables}
    kept["variables"] = {name: each[0] if all(one == each[0] for one in each) else None for name, each in known.items()}
    if differ:
        places = " and ".join(f"`{each.where}`" for each in several[:2])
        notes.append(f"{places} differ on `{first.declaration.key}`: {', '.join(differ)}; not taken")
    return replace(first, declaration=replace(first.declaration, **kept))


def _score(each: _Spoken, folder: Path, function: str) -> float:
    declaration = each.declaration
    wanted = _plain(function)
    names = [_plain(name) for name in (declaration.name, declaration.key) if name]
    score = 0.0
    if wanted and wanted in names:
        score = 40
    elif {_plain(part) for part in re.split(r"[^A-Za-z0-9]+", function.rpartition(":")[2])} & {*names} - {""}:
        score = 30
    elif wanted and (alike := [name for name in names if name and (name in wanted or wanted in name)]):
        score = 20 + max(map(len, alike)) / 100  # `store-ShopJobs-1A2B` is ShopJobs, and not Shop
    if declaration.folder is not None:
        code = declaration.folder.resolve()
        score += 10 if code == folder else 5 if code.is_relative_to(folder) or folder.is_relative_to(code) else 0
    module = declaration.handler.replace("/", ".").rpartition(".")[0].replace(".", "/")
    below = (folder, *([declaration.folder] if declaration.folder else []))
    beside = any((start / f"{module}.py").is_file() or (start / module / "__init__.py").is_file() for start in below)
    return score + (2 if module and beside else 0)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.rpartition(":")[2].lower()).removesuffix("function")


def _applies(each: _Spoken, chosen: _Spoken | None, named: list[_Spoken]) -> bool:
    """Return whether what a file says of all functions counts: a Dockerfile's does only for images."""
    if not each.declaration.image:
        return True
    return chosen.declaration.image if chosen else not named
