"""The code of a function in a container image, from its files: its own, and what was installed beside it."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

from lambda_migrate.errors import MigrateError
from lambda_migrate.scaffold.distributions import layer_distributions, normalised
from lambda_migrate.scaffold.image_files import PACKAGES
from lambda_migrate.scaffold.source import LARGEST_CODE, LAYER, MOST_FILES, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lambda_migrate.scaffold.image_files import ImageFiles

ORIGIN = "its image"
TOOLS = frozenset({"awslambdaric", "pip", "setuptools", "snapshot-restore-py", "uv", "wheel"})
"""Distributions of images that the code does not need in a service."""

_RECORD = re.compile(r"[^/]+\.(?:dist|egg)-info/RECORD")
_METADATA = re.compile(r"([^/]+)-[^/-]+\.(?:dist|egg)-info/.+")


def from_files(files: ImageFiles) -> Source:
    """Return the code in an image, with what is installed elsewhere in it as if it came from a layer.

    Raises:
        MigrateError: There is none, or more than Lambda takes in a package.
    """
    folder = f"{files.folder}/"
    installed = _installed(files, folder)
    code = {
        path.removeprefix(folder): path
        for path, each in files.files.items()
        if path.startswith(folder) and each.at >= 0 and path not in installed.values()
    }
    _require_kept(files, code, folder)
    _require_fitting(files, code)
    executable = frozenset(name for name, path in code.items() if files.files[path].mode & 0o111)
    skipped = tuple(path.removeprefix(folder) for path in files.skipped if path.startswith(folder))
    source = Source(
        ORIGIN,
        tuple(sorted(code)),
        lambda name: files.read(code[name]),
        executable,
        skipped=skipped,
        python=files.python,
    )
    packages = Source(ORIGIN, tuple(sorted(installed)), lambda name: files.read(installed[name]))
    return source.with_layers(packages) if installed else source


def version_of(source: Source, name: str) -> str:
    """Return the version of a distribution that is installed beside the code, "" where it is not."""
    known = {normalised(each.name): each.version for layer in source.layers for each in layer_distributions(layer)}
    return known.get(name, "")


def _require_kept(files: ImageFiles, code: Mapping[str, str], folder: str) -> None:
    """Refuse code that did not fit; packages in its folder are installed again by name.

    Raises:
        MigrateError: A file that no package has recorded did not fit.
    """
    records = [path for name, path in code.items() if _RECORD.fullmatch(name)]
    recorded = {f"{folder}{name}" for path in records for name in _recorded(files, path)}
    lost = next((path for path in files.unkept if path not in recorded), None)
    if lost is not None:
        raise MigrateError(
            f"the code in the image is larger than {LARGEST_CODE >> 20} MB, with `/{ascii(lost)[1:-1]}`",
            hint="name the folder of its sources with `--source`",
        )


def _require_fitting(files: ImageFiles, code: Mapping[str, str]) -> None:
    wrong = next((name for name in code if not name.isprintable() or "\\" in name), None)
    if wrong is not None:
        raise MigrateError(
            f"`{ascii(wrong)[1:-1]}` in {ORIGIN} has an invalid name", hint="nothing was written; ask who built it"
        )
    sizes = {name: files.files[path].size for name, path in code.items()}
    if sum(sizes.values()) > LARGEST_CODE or len(sizes) > MOST_FILES:
        largest = max(sizes, key=sizes.__getitem__)
        raise MigrateError(
            f"{ORIGIN} has code of {sum(sizes.values()) >> 20} MB in {len(sizes)} files, the largest is `{largest}`",
            hint="name the folder of the source with `--source`, without data",
        )


def _installed(files: ImageFiles, folder: str) -> dict[str, str]:
    """Return what installers have recorded elsewhere than in the code's folder: path in a layer → path in the image."""
    recorded = {}
    for path in sorted(files.files):
        match = PACKAGES.search(path)
        if match and path != folder + match[2]:
            recorded[match[2]] = path
    metadata: dict[str, list[str]] = {}
    for inside in recorded:
        if match := _METADATA.fullmatch(inside):
            metadata.setdefault(inside.partition("/")[0], []).append(inside)
    kept: set[str] = set()
    for about, names in metadata.items():
        if normalised(about.partition("-")[0]) not in TOOLS:
            kept |= {*names, *_recorded(files, recorded.get(f"{about}/RECORD", ""))}
    return {f"{LAYER}{inside}": path for inside, path in recorded.items() if inside in kept}


def _recorded(files: ImageFiles, record: str) -> Iterable[str]:
    """Return what a distribution says that it has installed."""
    try:
        rows = csv.reader(files.read(record).decode("utf-8", "replace").splitlines()) if record else ()
        return [row[0] for row in rows if row]
    except (KeyError, csv.Error):
        return []
