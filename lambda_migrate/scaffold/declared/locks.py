"""Reads lock files, which know the version of everything: uv.lock, poetry.lock, pdm.lock, pylock.toml, Pipfile.lock."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_migrate.scaffold.declared.requirement import Requirement, applies, of_url, parse
from lambda_migrate.scaffold.distributions import normalised

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_OF_A_GROUP = re.compile(r"\bin (dependency_groups|extras)\b")
FILES = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "Pipfile.lock")


@dataclass(frozen=True)
class LockedPackage:
    """One package of a lock.

    Attributes:
        requirement: Its exact version or URL; None for the project itself and what else is local.
        needs: Distributions that it needs where a function runs: names, with the extras that are asked of each.
        root: Whether it is the project itself, or is required by it.
        extras: What each of its extras needs on top.
    """

    requirement: Requirement | None
    needs: tuple[tuple[str, tuple[str, ...]], ...] = ()
    root: bool = False
    extras: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] | None = None


def read(path: Path, required: Iterable[Requirement], python: str) -> dict[str, Requirement]:
    """Return what is locked for a function of this Python, of all that is required and what that needs in turn.

    Args:
        path: The lock.
        required: What the project requires.
        python: Version of Python that markers are judged by.

    Raises:
        OSError, ValueError, KeyError, TypeError, AttributeError: It cannot be read.
    """
    text = path.read_text(encoding="utf-8-sig")
    if path.name == "Pipfile.lock":
        default = json.loads(text)["default"]
        packages = {
            normalised(name): LockedPackage(_pipenv(name, each), root=True)
            for name, each in default.items()
            if applies(str(each.get("markers", "")), python)
        }
    else:
        document = tomllib.loads(text)
        listed = document.get("package", document.get("packages", []))
        packages = {name: locked for each in listed for name, locked in _package(each, path.name, python)}
    asked = [(each.name, tuple(each.extras.strip("[]").split(","))) for each in required]
    asked += [(name, ()) for name, each in packages.items() if each.root]
    return _reached(packages, asked)


def _reached(packages: dict[str, LockedPackage], asked: list[tuple[str, tuple[str, ...]]]) -> dict[str, Requirement]:
    requirements: dict[str, Requirement] = {}
    seen: set[tuple[str, tuple[str, ...]]] = set()
    while asked:
        name, extras = asked.pop()
        locked = packages.get(name)
        if locked is None or (name, extras) in seen:
            continue
        seen.add((name, extras))
        if locked.requirement:
            requirements[name] = locked.requirement
        asked += locked.needs
        for extra in extras:
            asked += (locked.extras or {}).get(normalised(extra), ()) if extra else ()
    return requirements


def _package(each: dict[str, Any], file: str, python: str) -> Iterator[tuple[str, LockedPackage]]:
    """Yield a package of a TOML lock, unless it is for another system or Python."""
    markers = [each["marker"]] if "marker" in each else each.get("resolution-markers", [])
    if markers and not any(applies(marker, python) and not _OF_A_GROUP.search(marker) for marker in markers):
        return
    name = normalised(each["name"])
    groups = set(each.get("groups", ()))
    source = each.get("source") or {key: each[key] for key in ("vcs", "archive", "directory") if key in each}
    extras = {
        normalised(extra): tuple(_needs(needed, python))
        for extra, needed in each.get("optional-dependencies", {}).items()
    }
    root = "." in source.values() if file == "uv.lock" else "default" in groups or file == "pylock.toml"
    yield (
        name,
        LockedPackage(_requirement(each, source), tuple(_needs(each.get("dependencies", ()), python)), root, extras),
    )


def _requirement(each: dict[str, Any], source: dict[str, Any]) -> Requirement | None:
    name, version = str(each["name"]), str(each.get("version", ""))
    if source.get("type") == "git" or "git" in source or "git" in each or "vcs" in source:
        vcs = source.get("vcs", {})
        address = str(source.get("git") or each.get("git") or vcs.get("url") or source["url"])
        address, _, revision = address.partition("#")
        revision = revision or source.get("resolved_reference") or each.get("revision") or vcs.get("commit-id", "")
        return of_url(name, f"git+{address.partition('?')[0]}@{revision}")
    if {"virtual", "editable", "directory", "path"} & set(source) or source.get("type") in ("directory", "file"):
        return None
    url = source.get("url") or source.get("archive", {}).get("url") or each.get("url", "")
    if url and "registry" not in source and source.get("type") != "legacy":
        return of_url(name, str(url))
    return Requirement(normalised(name), specifier=f"=={version}", written=name) if version else None


def _needs(dependencies: Any, python: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what a package needs, however its lock says it: tables, names with constraints, or requirements."""
    if isinstance(dependencies, dict):
        dependencies = [
            {"name": name, **(table if isinstance(table, dict) else {})}
            for name, value in dependencies.items()
            for table in (value if isinstance(value, list) else [value])
        ]
    for each in dependencies:
        table = each if isinstance(each, dict) else _table(parse(str(each)))
        if table and applies(str(table.get("marker") or table.get("markers") or ""), python):
            extras = table.get("extra") or table.get("extras") or ()
            yield normalised(str(table["name"])), tuple([extras] if isinstance(extras, str) else extras)


def _table(requirement: Requirement | None) -> dict[str, Any]:
    if requirement is None:
        return {}
    extras = [each for each in requirement.extras.strip("[]").split(",") if each]
    return {"name": requirement.name, "marker": requirement.marker, "extras": extras}


def _pipenv(name: str, each: dict[str, Any]) -> Requirement | None:
    extras = f"[{','.join(each['extras'])}]" if each.get("extras") else ""
    if "git" in each:
        return of_url(name, f"git+{each['git']}@{each.get('ref', '')}", extras=extras)
    if "version" not in each:
        return None
    return Requirement(
        normalised(name), extras, str(each["version"]), marker=str(each.get("markers", "")), written=name
    )
