"""Measures the lifted code's debt with ruff, so that the checks pass on the first day and the debt is written down."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_migrate.scaffold import scratch

if TYPE_CHECKING:
    from collections.abc import Mapping

_SYNTAX = (None, "invalid-syntax")


@dataclass(frozen=True)
class Baseline:
    """The debt.

    Attributes:
        codes: Rules that each file breaks; everything that there is where nobody could measure.
        counts: How often each rule is broken.
        unparsable: Files that are not valid Python of this version.
        measured: Whether ruff has looked.
        version: Of the ruff that has looked.
    """

    codes: dict[str, tuple[str, ...]] = field(default_factory=lambda: {"src/**": ("ALL",)})
    counts: dict[str, int] = field(default_factory=dict)
    unparsable: tuple[str, ...] = ()
    measured: bool = False
    version: str = ""

    @property
    def total(self) -> int:
        """How much there is."""
        return sum(self.counts.values())


def measure(contents: Mapping[str, bytes], configuration: bytes) -> Baseline:
    """Run ruff over the lifted code.

    Args:
        contents: The code, by path below ``src/``.
        configuration: The ``pyproject.toml`` that the repository will have, with nothing spared yet.

    Returns:
        The debt; that of no ruff at all where there is none on this machine.
    """
    ruff = find()
    if ruff is None:
        return Baseline()
    with scratch.folder() as folder:
        (folder / "pyproject.toml").write_bytes(configuration)
        for path, content in contents.items():
            if path.endswith((".py", ".pyi", ".ipynb", "ruff.toml", "pyproject.toml")):
                file = folder / "src" / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
        arguments = [ruff, "check", "--no-cache", "--exit-zero", "--output-format", "json", "."]
        ran = subprocess.run(arguments, cwd=folder, capture_output=True, check=False)  # noqa: S603  # ruff, fixed arguments
        try:
            found = json.loads(ran.stdout)
        except ValueError:
            return Baseline()
        version = subprocess.run([ruff, "--version"], capture_output=True, check=False, text=True).stdout  # noqa: S603  # as above
    return _sorted(found, folder, version.split()[-1] if version.split() else "")


def find() -> str | None:
    """Return the ruff beside this Python, or that of the path."""
    return shutil.which("ruff", path=str(Path(sys.executable).parent)) or shutil.which("ruff")


def _sorted(found: list[dict[str, object]], folder: Path, version: str) -> Baseline:
    codes: dict[str, set[str]] = {}
    counts: Counter[str] = Counter()
    unparsable = set()
    for each in found:
        path = Path(str(each["filename"])).relative_to(folder).as_posix()
        code = each["code"]
        if code in _SYNTAX:
            unparsable.add(path)
        else:
            codes.setdefault(path, set()).add(str(code))
            counts[str(code)] += 1
    return Baseline(
        codes={path: tuple(sorted(codes[path])) for path in sorted(codes) if path not in unparsable},
        counts=dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))),
        unparsable=tuple(sorted(unparsable)),
        measured=True,
        version=version,
    )
