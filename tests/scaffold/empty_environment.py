"""A virtual environment that holds a wheel and what the wheel says it needs, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from email.parser import BytesParser
from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

if TYPE_CHECKING:
    from collections.abc import Iterator


def install(wheel: Path, folder: Path) -> Path:
    """Make the environment and return its folder of programs.

    The wheel is installed by pip. What it needs is taken from the environment of the tests, distribution by
    distribution, so that nothing is downloaded and a requirement that the wheel does not name is missing.
    """
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    options = ["--quiet", "--disable-pip-version-check", "--no-index", "--no-deps"]
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", *options, str(wheel)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    (site,) = folder.glob("lib/python*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        required = BytesParser().parsebytes(archive.read(metadata)).get_all("Requires-Dist") or []
    for name in needed(required):
        link(name, site, folder / "bin")
    return folder / "bin"


def needed(requirements: list[str], extras: frozenset[str] = frozenset()) -> set[str]:
    """Return the names of the distributions that some requirements lead to."""
    found: set[str] = set()
    waiting = [(text, extras) for text in requirements]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        text, wanted = waiting.pop()
        requirement = Requirement(text)
        marker = requirement.marker
        if marker and not any(marker.evaluate({"extra": extra}) for extra in wanted or {""}):
            continue
        inner = (requirement.name.lower(), frozenset(requirement.extras))
        if inner not in seen:
            seen.add(inner)
            found.add(inner[0])
            waiting += [(each, inner[1]) for each in distribution(inner[0]).requires or []]
    return found


def link(name: str, site: Path, programs: Path) -> None:
    """Make a distribution importable from another environment, and its programs callable, whatever they are."""
    for top, source in tops(name):
        if not (site / top).exists():
            (site / top).symlink_to(source)
    found = distribution(name)
    for file in found.files or ():
        source = Path(str(found.locate_file(file))).resolve()
        if source.parent.name == "bin" and source.is_file() and not source.read_bytes().startswith(b"#!"):
            (programs / source.name).symlink_to(source)


def tops(name: str) -> Iterator[tuple[str, Path]]:
    """Yield what a distribution has put into its environment, outermost names only, and where that is."""
    found = distribution(name)
    for top in {file.parts[0] for file in found.files or () if file.parts[0] not in ("..", "__pycache__")}:
        yield top, Path(str(found.locate_file(top)))
