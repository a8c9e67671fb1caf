"""Tells the user's own code from the packages that were installed beside it."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.known_distributions import BRINGS, IMPORTED_AS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lambda_migrate.scaffold.source import Source

_METADATA = re.compile(r"^(?P<root>(?:.*/)?)(?P<stem>[^/]+)\.(?:dist-info/METADATA|egg-info/PKG-INFO)$")
_VERSION = re.compile(rb"""^(?:__version__|VERSION|version)\s*(?::\s*str\s*)?=\s*["'](\d[\w.+!-]*)["']""", re.MULTILINE)
_NAME = re.compile(r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?\Z")
_NUMBER = re.compile(r"^\d[\w.+!-]*\Z")
_VERSION_FILES = ("__init__", "version", "_version", "__version__", "__about__", "about", "_meta")
_ALSO = {
    "dotenv": "python-dotenv",
    "jose": "python-jose",
    "jwt": "pyjwt",
    "multipart": "python-multipart",
    "yaml": "pyyaml",
}
_ONE_FILE = ("six", "typing_extensions")
_SCRIPT = re.compile(rb"^#![^\n]*python[\d.]*(?:\n|$)|^#!/bin/sh\n\'\'\'exec\' [^\n]*python")
_LAYER_ROOT = re.compile(r"^python/(?:lib/python3\.\d+/site-packages/)?")


@dataclass(frozen=True)
class Distribution:
    """An installed package.

    Attributes:
        name: As its metadata has it.
        version: As its metadata has it.
        modules: Top-level names that it is imported by.
        local: Whether it was installed from a folder or a repository, so that no index has it.
    """

    name: str
    version: str
    modules: tuple[str, ...]
    local: bool = False

    @property
    def requirement(self) -> str:
        """The line of a requirements file that installs just this."""
        return f"{self.name}=={self.version}"


@dataclass(frozen=True)
class Sorted:
    """Code, told apart.

    Attributes:
        own: Files of the user.
        compiled: Modules of the user that are there as bytecode alone.
        distributions: What was installed.
    """

    own: tuple[str, ...]
    compiled: tuple[str, ...]
    distributions: tuple[Distribution, ...]


def normalised(name: str) -> str:
    """Return a distribution's name in the one form that can be compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def sort(source: Source) -> Sorted:
    """Tell own files from installed ones, by what the installer has recorded of itself."""
    known = set(source.paths)
    installed: set[str] = set()
    distributions: list[Distribution] = []
    for path in source.paths:
        match = _METADATA.match(path)
        if match is None:
            continue
        folder = path.rpartition("/")[0]
        distribution, files = _read(source, match["root"], folder, known)
        distributions.append(distribution)
        if not distribution.local:
            installed |= files
        installed |= {each for each in known if each.startswith(f"{folder}/")}
    own = tuple(
        path for path in source.paths if path not in installed and not _left_behind(path) and not _script(path, source)
    )
    stripped = _stripped(source, own)
    modules = {module for each in stripped for module in each.modules}
    modules |= {f"{name}.libs" for each in (*distributions, *stripped) for name in (each.name, *each.modules)}
    own = tuple(path for path in own if path.split("/")[0].removesuffix(".py") not in modules)
    compiled = tuple(
        path
        for path in source.paths
        if path.endswith(".pyc") and path[:-1] not in known and path not in installed and "__pycache__" not in path
    )
    return Sorted(own, compiled, tuple(sorted([*distributions, *stripped], key=lambda each: normalised(each.name))))


def layer_distributions(layer: Source) -> tuple[Distribution, ...]:
    """Return what a layer has installed."""
    return sort(layer).distributions


def layer_files(layer: Source) -> dict[str, str]:
    """Return the own files of a layer, which no installer put there: path on the import path → path in the layer."""
    return {
        _LAYER_ROOT.sub("", path): path
        for path in sort(layer).own
        if path.startswith("python/") and "/bin/" not in path
    }


def _read(source: Source, root: str, folder: str, known: set[str]) -> tuple[Distribution, set[str]]:
    metadata_path = f"{folder}/METADATA" if folder.endswith(".dist-info") else f"{folder}/PKG-INFO"
    metadata = HeaderParser().parsestr(source.read(metadata_path).decode("utf-8", "replace"))
    stem = PurePosixPath(folder).name.rsplit(".", 1)[0]
    told, _, suggested = stem.partition("-")
    name = next((each for each in (str(metadata["Name"]), told) if _NAME.match(each)), "unknown")
    version = next((each for each in (str(metadata["Version"]), suggested) if _NUMBER.match(each)), "")
    files = _recorded(source, root, folder, known)
    modules = _modules(files, root) if files else _declared(source, folder, known, name)
    if not files:
        files = {path for path in known if any(_belongs(path, root + module) for module in modules)}
    local = f"{folder}/direct_url.json" in known
    return Distribution(name, version, tuple(sorted(modules)), local), files


def _stripped(source: Source, own: tuple[str, ...]) -> tuple[Distribution, ...]:
    """Return packages that everybody knows and whose metadata somebody has removed to save space.

    One that tells its version is such a package. One that does not may be a module of the user's that happens to have
    the name, as the migrations in ``alembic/`` do; it is taken for a package only beside others that tell theirs.
    """
    imported_as = _ALSO | {module: name for name, modules in IMPORTED_AS.items() for module in modules}
    known = {*BRINGS, *(each for several in BRINGS.values() for each in several)}
    kept = []
    for module in top_level(own):
        name = imported_as.get(module, normalised(module))
        if name in known or module in imported_as:
            texts = [f"{module}.py", *(f"{module}/{file}.py" for file in _VERSION_FILES)]
            contents = [source.read(path) for path in texts if path in own]
            version = next((match[1].decode() for text in contents if (match := _VERSION.search(text))), "")
            whole = f"{module}/__init__.py" in own and f"{module}/env.py" not in own
            if version or whole or module in _ONE_FILE:
                kept.append(Distribution(name, version, (module,)))
    return tuple(kept) if any(each.version for each in kept) else ()


def _recorded(source: Source, root: str, folder: str, known: set[str]) -> set[str]:
    record = f"{folder}/RECORD"
    if record not in known:
        return set()
    try:
        rows = list(csv.reader(source.read(record).decode("utf-8", "replace").splitlines()))
    except csv.Error:
        return set()
    paths = {root + row[0] for row in rows if row and not row[0].startswith(("..", "/"))}
    compiled = {path for path in known if "/__pycache__/" in f"/{path}" and _source_of(path) in paths}
    return (paths & known) | compiled


def _source_of(path: str) -> str:
    folder, _, name = path.rpartition("__pycache__/")
    return f"{folder}{name.split('.')[0]}.py"


def _modules(files: Iterable[str], root: str) -> set[str]:
    names = set()
    for path in files:
        first, slash, _ = path.removeprefix(root).partition("/")
        if first.endswith((".dist-info", ".egg-info")) or first in ("bin", "__pycache__"):
            continue
        names.add(first if slash else first.split(".")[0])
    return names


def _declared(source: Source, folder: str, known: set[str], name: str) -> set[str]:
    """Return what a distribution without a record is imported by: what it says, else what its name suggests."""
    if f"{folder}/top_level.txt" in known:
        return set(source.read(f"{folder}/top_level.txt").decode("utf-8", "replace").split())
    return {normalised(name).replace("-", "_")}


def _belongs(path: str, module: str) -> bool:
    return path.startswith((f"{module}/", f"{module}.")) and not path.startswith(f"{module}.dist-info")


def _left_behind(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return "__pycache__" in parts or path.endswith((".pyc", ".pyo"))


def _script(path: str, source: Source) -> bool:
    """Tell whether a file is a script that an installer made: those that start a package's entry point.

    ``pip install --target`` moves them to ``bin/`` and leaves them in no record.
    """
    folder, _, name = path.partition("/")
    return folder == "bin" and "/" not in name and bool(_SCRIPT.match(source.read(path)[:4096]))


def top_level(paths: Iterable[str]) -> Iterator[str]:
    """Yield the names that own files can be imported by."""
    seen = set()
    for path in paths:
        first, slash, _ = path.partition("/")
        name = first if slash else first.removesuffix(".py")
        if (slash or first.endswith(".py")) and name.isidentifier() and name not in seen:
            seen.add(name)
            yield name
