"""Measures the lifted code's debt with ruff, so that the checks pass on the first day and the debt is written down."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from sys import intern
from typing import TYPE_CHECKING

from lambda_migrate.scaffold import scratch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
        The debt; that of no ruff at all if there is none on this machine.
    """
    ruff = find()
    if ruff is None:
        return Baseline()
    with scratch.folder() as folder:
        (folder / "pyproject.toml").write_bytes(configuration)
        made: set[str] = set()
        for path, content in contents.items():
            if path.endswith((".py", ".pyi", ".ipynb", "ruff.toml", "pyproject.toml")):
                scratch.put(f"{folder}/src/{path}", content, made)
        arguments = [ruff, "check", "--no-cache", "--exit-zero", "--output-format", "json-lines", "."]
        said = folder / "said.jsonl"
        with said.open("wb") as output:
            ran = subprocess.run(arguments, cwd=folder, stdout=output, stderr=subprocess.DEVNULL, check=False)  # noqa: S603  # ruff, fixed arguments
        if ran.returncode:
            return Baseline()
        try:
            findings = list(_findings(said, f"{folder}/"))
        except (ValueError, KeyError, TypeError):
            return Baseline()
        version = subprocess.run([ruff, "--version"], capture_output=True, check=False, text=True).stdout  # noqa: S603  # as above
    return _sorted(findings, version.split()[-1] if version.split() else "")


def find() -> str | None:
    """Return the ruff beside this Python, or that of the path."""
    return shutil.which("ruff", path=str(Path(sys.executable).parent)) or shutil.which("ruff")


def _findings(said: Path, start: str) -> Iterator[tuple[str, str | None]]:
    """Yield the path and the code of everything that ruff has found, one line at a time: there may be a million."""
    with said.open("rb") as lines:
        for line in lines:
            each = json.loads(line)
            code = each["code"]
            yield intern(each["filename"].removeprefix(start)), intern(code) if code else None


def _sorted(findings: list[tuple[str, str | None]], version: str) -> Baseline:
    codes: dict[str, set[str]] = {}
    counts: Counter[str] = Counter()
    unparsable = set()
    for path, code in findings:
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
