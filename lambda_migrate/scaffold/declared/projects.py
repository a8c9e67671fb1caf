"""Reads what a project's own file requires: pyproject.toml (PEP 621, Poetry), Pipfile, setup.cfg and setup.py."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from packaging.specifiers import SpecifierSet

from lambda_migrate.analyzer.distributions import DEVELOPMENT, READERS, dynamic_files, is_beside
from lambda_migrate.scaffold.declared import text
from lambda_migrate.scaffold.declared.declarations import Declarations
from lambda_migrate.scaffold.declared.requirement import Requirement, applies, of_url, parse
from lambda_migrate.scaffold.declared.specifiers import specifier
from lambda_migrate.scaffold.distributions import normalised

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


FILES = ("pyproject.toml", "Pipfile", "setup.cfg", "setup.py")
_REFERENCES = ("rev", "tag", "ref", "branch")


def read(path: Path, name: str, python: str, declarations: Declarations) -> None:
    """Read one file.

    Args:
        path: Where it is.
        name: What messages call it.
        python: Version of Python that markers are judged by.
        declarations: What is added to.

    Raises:
        OSError, ValueError, KeyError, TypeError, AttributeError, SyntaxError: It cannot be read.
    """
    if path.name == "Pipfile":
        _tables(tomllib.loads(path.read_text(encoding="utf-8-sig")).get("packages", {}), name, python, declarations)
    elif path.name == "pyproject.toml":
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        sources = document.get("tool", {}).get("uv", {}).get("sources", {})
        _listed(document.get("project", {}).get("dependencies", ()), name, python, declarations, sources)
        for file in dynamic_files(document):
            if is_beside(path.parent, file):
                text.read(path.parent / file, path.parent, python, declarations)
            else:
                declarations.notes.append(text.missing(file, name))
        _groups(document, name, python, declarations)
        poetry = document.get("tool", {}).get("poetry", {}).get("dependencies", {})
        _tables({key: value for key, value in poetry.items() if key != "python"}, name, python, declarations)
    else:
        _listed([line for line in READERS[path.name](path) if line.strip()], name, python, declarations, {})


def _groups(document: dict[str, Any], name: str, python: str, declarations: Declarations) -> None:
    """Collect what groups require; those of developers are left out."""
    project, poetry = document.get("project", {}), document.get("tool", {}).get("poetry", {})
    listed = {**project.get("optional-dependencies", {}), **document.get("dependency-groups", {})}
    tables = {group: each.get("dependencies", {}) for group, each in poetry.get("group", {}).items()}
    for group in (*listed, *tables):
        if DEVELOPMENT.search(group):
            continue
        own = Declarations(lifted=declarations.lifted)
        sources = document.get("tool", {}).get("uv", {}).get("sources", {})
        lines = [each for each in listed.get(group, ()) if isinstance(each, str)]
        _listed(lines, name, python, own, sources)
        _tables(tables.get(group, {}), name, python, own)
        declarations.optional.setdefault(group, []).extend(own.required)
        declarations.notes += own.notes


def _listed(
    lines: Iterable[str], name: str, python: str, declarations: Declarations, sources: Mapping[str, dict[str, Any]]
) -> None:
    elsewhere = {normalised(key): value for key, value in sources.items() if isinstance(value, dict)}
    for line in lines:
        requirement = parse(line.strip())
        source = elsewhere.get(requirement.name, {}) if requirement else {}
        if requirement is not None and ("git" in source or "url" in source):
            requirement = _addressed(requirement.written, source, requirement.extras, requirement.marker)
        if requirement is None:
            declarations.unread(line.strip(), name)
        elif source.get("path") or source.get("workspace") or requirement.name in declarations.lifted:
            declarations.local(line.strip(), name)
        elif applies(requirement.marker, python):
            declarations.required.append(requirement)


def _tables(tables: Mapping[str, Any], name: str, python: str, declarations: Declarations) -> None:
    for written, value in tables.items():
        for each in value if isinstance(value, list) else [value]:
            table = {"version": each} if isinstance(each, str) else dict(each)
            if not table.get("optional"):
                _table(written, table, name, python, declarations)


def _table(written: str, table: dict[str, Any], name: str, python: str, declarations: Declarations) -> None:
    extras = f"[{','.join(table['extras'])}]" if table.get("extras") else ""
    marker = str(table.get("markers", ""))
    versions = specifier(str(table.get("version", "*")))
    requirement: Requirement | None
    if "git" in table or "url" in table:
        requirement = _addressed(written, table, extras, marker)
    elif "path" in table or "file" in table:
        if str(table.get("path")).strip("./") == "":
            return  # the project itself
        requirement = None
    else:
        requirement = Requirement(normalised(written), extras, versions or "", marker=marker, written=written)
    if requirement is None:
        declarations.local(written, name)
    elif applies(marker, python) and _fits(str(table.get("python", "")), python):
        declarations.required.append(requirement)


def _fits(versions: str, python: str) -> bool:
    said = specifier(versions) if versions else ""
    return not said or SpecifierSet(said).contains(python)


def _addressed(written: str, table: Mapping[str, Any], extras: str, marker: str) -> Requirement | None:
    """Return what is installed from a repository or a URL."""
    if "url" in table:
        return of_url(written, str(table["url"]), extras=extras, marker=marker)
    address = str(table["git"])
    if address.startswith("git@"):
        address = f"ssh://{address.replace(':', '/', 1)}"
    reference = next((f"@{table[key]}" for key in _REFERENCES if key in table), "")
    folder = table.get("subdirectory")
    fragment = f"#subdirectory={folder}" if folder else ""
    return of_url(written, f"git+{address}{reference}{fragment}", extras=extras, marker=marker)
