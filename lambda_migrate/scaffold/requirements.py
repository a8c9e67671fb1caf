"""Decides what the service has to install: what came with the function, what Lambda provided, what the service adds."""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from packaging.specifiers import SpecifierSet

from lambda_migrate.analyzer.distributions import Requirements
from lambda_migrate.analyzer.parsing import parsed
from lambda_migrate.analyzer.scopes import last_name
from lambda_migrate.scaffold.distributions import normalised

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lambda_migrate.scaffold.declared import Declared
    from lambda_migrate.scaffold.declared.requirement import Requirement
    from lambda_migrate.scaffold.distributions import Distribution

PROVIDED = {
    "boto3": "boto3",
    "botocore": "botocore",
    "s3transfer": "s3transfer",
    "jmespath": "jmespath",
    "dateutil": "python-dateutil",
    "urllib3": "urllib3",
    "six": "six",
}
"""What Lambda's Python runtimes bring along: import name → distribution."""

SERVICE = ("boto3", "uvicorn")
"""What every service installs: boto3 reads secrets and signing keys, uvicorn serves."""
PARTS = {"sns": ("cryptography",)}
"""What a part installs besides."""
DEVELOPMENT = ("mypy", "pre-commit", "pytest", "pytest-cov", "ruff")
_PINS = {
    "boto3": "1.43.106",
    "cryptography": "50.0.2",
    "uvicorn": "0.54.0",
    "mypy": "2.4.1",
    "pre-commit": "4.7.0",
    "pytest": "9.2.0",
    "pytest-cov": "7.1.0",
    "ruff": "0.17.6",
}
_LAST_FOR_3_9 = {
    "boto3": "1.42.97",
    "cryptography": "43.0.3",
    "uvicorn": "0.39.0",
    "mypy": "1.19.1",
    "pre-commit": "4.3.0",
    "pytest": "8.4.2",
}
_UVICORN = re.compile(r"uvicorn\s*(\[[^]]*\])?\s*==", re.IGNORECASE)
_PINNED = re.compile(r"^\s*[A-Za-z0-9._-]+(\[[^]]*\])?\s*===?\s*[^,;\s*]+\s*(;.*)?$")


@dataclass(frozen=True)
class Needed:
    """What the service installs.

    Attributes:
        lines: Requirement lines, sorted.
        unpinned: Those of them that do not name one version.
        provided: Distributions that Lambda's runtime provided, and that are declared now.
        unknown: Import names that nothing provides.
        undeclared: Import names that nothing provides by itself, and that may come with another package.
        groups: Optional groups of the old project that are installed because the code imports what they bring.
        replaced: Lines of the old project that made way for what the service needs: old line → new line.
        development: Requirement lines of the tools.
    """

    lines: tuple[str, ...]
    unpinned: tuple[str, ...]
    provided: tuple[str, ...]
    unknown: tuple[str, ...]
    development: tuple[str, ...]
    undeclared: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    replaced: tuple[tuple[str, str], ...] = ()


def decide(
    installed: Iterable[Distribution],
    declared: Declared,
    imported: Iterable[str],
    python: str,
    parts: Iterable[str] = (),
) -> Needed:
    """Decide.

    Args:
        installed: What came with the function: these versions ran.
        declared: What the source declares.
        imported: Top-level names that the code imports and does not define.
        python: For example ``3.12``.
        parts: What the service is put together with besides what every service has.
    """
    installed, imported = list(installed), list(imported)
    lines: dict[str, str] = {}
    modules: set[str] = set()
    for each in installed:
        modules |= set(each.modules)
        if not each.local:
            lines[normalised(each.name)] = each.requirement if each.version else each.name
    exact = set(lines)
    groups = _groups_needed(declared, [name for name in imported if name not in modules])
    wanted = [*declared.requirements, *(each for group in groups for each in declared.optional[group])]
    for requirement in wanted:
        lines.setdefault(requirement.name, _pinned_within(requirement, python, lines))
        exact |= {requirement.name} if requirement.exact else set()
    provides = Requirements(lines.values(), complete=declared.complete or bool(installed))
    missing = [name for name in imported if name not in modules and not provides.provides(name)]
    provided = sorted({PROVIDED[name] for name in missing if name in PROVIDED})
    replaced = {}
    if uvicorn := _UVICORN.match(lines.get("uvicorn", "")):
        # it came along for laptops: on Lambda it never ran, and it may be too old for the service
        old, chosen = lines["uvicorn"], pinned("uvicorn", python, {})
        lines["uvicorn"] = chosen.replace("uvicorn", f"uvicorn{(uvicorn[1] or '').replace(' ', '')}", 1)
        replaced = {old: lines["uvicorn"]} if old.replace(" ", "") != lines["uvicorn"] else {}
    for name in (*provided, *SERVICE, *(name for part in parts for name in PARTS.get(part, ()))):
        lines.setdefault(name, pinned(name, python, lines))
    return Needed(
        lines=tuple(lines[name] for name in sorted(lines)),
        unpinned=tuple(lines[name] for name in sorted(lines) if name not in exact and not _PINNED.match(lines[name])),
        provided=tuple(provided),
        unknown=() if provides.unsure else tuple(sorted({name for name in missing if name not in PROVIDED})),
        undeclared=tuple(sorted({name for name in missing if name not in PROVIDED})) if provides.unsure else (),
        groups=groups,
        replaced=tuple(replaced.items()),
        # what the function itself pins stays as it is: two versions of one package cannot be installed
        development=tuple(pinned(name, python, {}) for name in DEVELOPMENT if name not in lines),
    )


def _groups_needed(declared: Declared, imported: Iterable[str]) -> tuple[str, ...]:
    """Return the optional groups that bring what is imported and not required by the project itself."""
    given = Requirements(each.line for each in declared.requirements)
    groups: dict[str, None] = {}
    for name in imported:
        if name not in PROVIDED and not given.provides(name):
            for group, lines in declared.optional.items():
                if Requirements(each.line for each in lines).provides(name):
                    groups[group] = None
                    break
    return tuple(groups)


def _pinned_within(requirement: Requirement, python: str, lines: Mapping[str, str]) -> str:
    """Return the line of a declared requirement, at the version that we would choose where it allows that one."""
    if requirement.exact or requirement.url or requirement.marker or requirement.extras:
        return requirement.line
    _, pin, version = pinned(requirement.name, python, lines).partition("==")
    return (
        f"{requirement.written}=={version}"
        if pin and version in SpecifierSet(requirement.specifier)
        else requirement.line
    )


def pinned(name: str, python: str, lines: Mapping[str, str]) -> str:
    """Return a requirement line for a package that the service adds.

    Args:
        name: The distribution.
        python: Versions that still run on it are chosen.
        lines: What is required already: boto3 follows the botocore that came with the function.
    """
    other = re.match(r"^botocore==([\d.]+)$", lines.get("botocore", ""))
    if name == "boto3" and other:
        return f"boto3=={other[1]}"
    pins = {**_PINS, **_LAST_FOR_3_9} if python == "3.9" else _PINS
    return f"{name}=={pins[name]}" if name in pins else name


def imports(sources: Mapping[str, bytes], own: Iterable[str]) -> tuple[str, ...]:
    """Return the top-level names that some files import and that are neither their own nor Python's.

    Args:
        sources: Files by path; what cannot be parsed imports nothing.
        own: Top-level names that the code defines itself.
    """
    known = {*sys.stdlib_module_names, *own, "__future__"}
    names: set[str] = set()
    for path, content in sources.items():
        siblings = {each.rpartition("/")[2].removesuffix(".py") for each in sources if _beside(each, path)}
        names |= {name for name in _imported(content) if name not in known and name not in siblings}
    return tuple(sorted(names))


def _beside(path: str, other: str) -> bool:
    return path.rpartition("/")[0] == other.rpartition("/")[0] and path.endswith(".py")


def _imported(content: bytes) -> set[str]:
    try:
        tree = parsed(content)
    except (SyntaxError, ValueError, RecursionError):
        return set()
    optional = {id(inner) for node in ast.walk(tree) if _is_optional(node) for inner in ast.walk(node)}
    names: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in optional:
            continue
        if isinstance(node, ast.Import):
            names |= {each.name.split(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.split(".")[0])
    return names


def _is_optional(node: ast.AST) -> bool:
    """Tell whether what is imported here may be missing: for type checkers only, or caught when it is not there."""
    if isinstance(node, ast.If):
        return last_name(node.test) == "TYPE_CHECKING"
    if not isinstance(node, ast.Try):
        return False
    caught = {ast.unparse(handler.type) if handler.type else "Exception" for handler in node.handlers}
    return bool(caught & {"ImportError", "ModuleNotFoundError", "Exception"})
