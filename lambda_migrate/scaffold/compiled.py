"""Pins what neither the function's package nor the project pins: at what `init` chose before, else at what pip chooses.

Versions that ran on Lambda are known from the package's metadata and stay. Where a source declares ranges alone, pip is
asked, with the user's own indexes, what it would install on Lambda's platform; nothing is downloaded for keeps or
installed.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Parsed
from packaging.version import InvalidVersion, Version

from lambda_migrate.scaffold import scratch
from lambda_migrate.scaffold.distributions import normalised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from lambda_migrate.scaffold.requirements import Needed

    Resolve = Callable[[Sequence[str], str, str, Mapping[str, str]], Mapping[str, str]]

_SECONDS = 120
_PLATFORMS = ("manylinux_2_17", "manylinux2014", "manylinux_2_28", "manylinux_2_34")
_MACHINES = {"arm64": "aarch64"}
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)(\[[^]]*\])?==([^\s;]+)\s*(;.*)?$")


class CannotResolveError(Exception):
    """Nobody said which versions fit; its text says why."""


class Compiled(NamedTuple):
    """What came of it.

    Attributes:
        needed: With the lines pinned that could be, and what they need besides.
        note: Why nothing could be asked, or "".
    """

    needed: Needed
    note: str = ""


def pin(needed: Needed, before: str, resolve: Resolve | None, python: str, architecture: str) -> Compiled:
    """Pin the lines that name no version, and what those need.

    Args:
        needed: What the service installs.
        before: The requirements file that an earlier `init` wrote, "" if there is none: its versions stay.
        resolve: Takes requirement lines, a version of Python, an architecture and versions that are to stay; returns
            versions by normalised name, or raises `CannotResolveError`. None where nobody is to be asked.
        python: For example ``3.12``.
        architecture: ``x86_64`` or ``arm64``.
    """
    if not needed.unpinned:
        return Compiled(needed)
    known = _versions(before.splitlines())
    fit = all(_fits(line, known) for line in needed.unpinned)
    exact = {normalised(match[1]) for match in map(_PINNED.match, needed.lines) if match}
    staying = {name: version for name, version in known.items() if name not in exact} if fit else {}
    if resolve is None:
        return Compiled(_pinned(needed, known)) if fit else Compiled(needed)
    reason = ""
    for constraints in [staying, {}] if staying else [{}]:
        try:
            return Compiled(_pinned(needed, resolve(needed.lines, python, architecture, constraints)))
        except CannotResolveError as error:
            reason = f"pip was asked for versions and has none: {error}"
    return Compiled(_pinned(needed, known)) if fit else Compiled(needed, reason)


def ask_pip(lines: Sequence[str], python: str, architecture: str, constraints: Mapping[str, str]) -> dict[str, str]:
    """Return what pip would install, by normalised name; of what is in `constraints`, those versions.

    Raises:
        CannotResolveError: There is no pip, no index, or nothing that fits.
    """
    machine = _MACHINES.get(architecture, architecture)
    with scratch.folder() as folder:
        asked = folder / "requirements.txt"
        asked.write_text("\n".join(lines) + "\n", encoding="utf-8")
        limits = folder / "constraints.txt"
        limits.write_text("".join(f"{name}=={version}\n" for name, version in constraints.items()), encoding="utf-8")
        command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet", "--no-input"]
        command += ["--disable-pip-version-check", "--retries", "1", "--timeout", "10", "--report", "-"]
        command += ["--only-binary", ":all:", "--implementation", "cp", "--python-version", python]
        command += [part for name in _PLATFORMS for part in ("--platform", f"{name}_{machine}")]
        command += ["--target", str(folder / "none"), "--requirement", str(asked), "--constraint", str(limits)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)  # noqa: S603  # ours
        except (OSError, subprocess.TimeoutExpired) as error:
            raise CannotResolveError(f"it did not answer within {_SECONDS} seconds") from error
    if done.returncode:
        raise CannotResolveError(_reason(done.stderr))
    return {normalised(each["metadata"]["name"]): each["metadata"]["version"] for each in _installed(done.stdout)}


def _installed(report: str) -> list[dict[str, dict[str, str]]]:
    try:
        packages: list[dict[str, dict[str, str]]] = json.loads(report)["install"]
    except (ValueError, KeyError, TypeError) as error:
        raise CannotResolveError("its report cannot be read") from error
    return packages


def _reason(errors: str) -> str:
    said = [line.partition("ERROR: ")[2].strip() for line in errors.splitlines() if line.startswith("ERROR: ")]
    if "No module named pip" in errors:
        return "there is no pip beside this program"
    return said[-1] if said else "it failed without a word"


def _pinned(needed: Needed, versions: Mapping[str, str]) -> Needed:
    """Return it with the versions, and with what pip would install besides; lines that are pinned stay as they are."""
    lines = [_at(line, versions) if line in needed.unpinned else line for line in needed.lines]
    there = {normalised(match[1]) for match in map(_name, lines) if match}
    lines += [f"{name}=={version}" for name, version in versions.items() if name not in there]
    left = tuple(line for line in needed.unpinned if line in lines)
    return replace(needed, lines=tuple(sorted(lines, key=str.lower)), unpinned=left)


def _at(line: str, versions: Mapping[str, str]) -> str:
    """Return a requirement line at its version, its extras and marker kept."""
    try:
        asked = Parsed(line)
    except InvalidRequirement:
        return line
    version = versions.get(normalised(asked.name))
    if version is None or asked.url:
        return line
    extras = f"[{','.join(sorted(asked.extras))}]" if asked.extras else ""
    return f"{asked.name}{extras}=={version}" + (f"; {asked.marker}" if asked.marker else "")


def _fits(line: str, versions: Mapping[str, str]) -> bool:
    try:
        asked = Parsed(line)
        return asked.specifier.contains(Version(versions[normalised(asked.name)]), prereleases=True)
    except (InvalidRequirement, InvalidVersion, KeyError):
        return False


def _versions(lines: Iterable[str]) -> dict[str, str]:
    matches = [match for match in map(_PINNED.match, lines) if match]
    return {normalised(match[1]): match[3] for match in matches}


def _name(line: str) -> re.Match[str] | None:
    return re.match(r"^([A-Za-z0-9._-]+)", line)
