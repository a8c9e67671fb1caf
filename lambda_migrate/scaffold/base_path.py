"""Finds the base path, what stands in front of the application's paths, of an adapter whose code does not tell it.

Two witnesses know it: the function's environment, which the setting is read from, and the API's routes, which have it
in front (`ANY /tickets/{proxy+}`). Nothing is guessed: where they leave a choice, it stays unknown.
"""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.parsing import parsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lambda_migrate.scaffold.adapter import Application
    from lambda_migrate.scaffold.facts import FunctionFacts

SETTING = "api_gateway_base_path="
_PATH = re.compile(r"/?[\w.~-]+(?:/[\w.~-]+)*/?")
_GREEDY = re.compile(r"/\{\w+\+\}$")


def resolved(
    application: Application, facts: FunctionFacts, sources: Mapping[str, bytes], configured: str | None = None
) -> Application:
    """Return the application with the base path that environment and routes tell, where the code does not.

    Args:
        application: As the code has it.
        facts: The function as it is in AWS: its environment and its routes.
        sources: The code's files, by path.
        configured: `proxy.base_path` of migration.yaml; None where it does not say.

    Returns:
        The application; unchanged where nothing was unknown, and where it stays so.
    """
    written = next((each for each in application.unresolved if each.startswith(SETTING)), "")
    if not written:
        return application
    path = None if configured is None else normal(configured)
    if path is None:
        path = _from_environment(written.removeprefix(SETTING), facts.environment, sources)
    if path is None:
        path = _from_routes(facts.routes, sources)
    if path is None:
        return application
    rest = tuple(each for each in application.unresolved if each != written)
    return replace(application, base_path=path, unresolved=rest)


def normal(value: str) -> str:
    """Return a base path as it is compared: `/api`, or "" if there is none."""
    return f"/{value.strip('/')}" if value.strip("/") else ""


def prefixes(routes: Iterable[str]) -> list[str]:
    """Return what stands in front of the greedy part of routes, `/tickets` for `ANY /tickets/{proxy+}`; each once."""
    paths = (route.rpartition(" ")[2] for route in routes)
    return sorted({_GREEDY.sub("", path) for path in paths if _GREEDY.search(path)})


def _from_environment(expression: str, environment: Mapping[str, str], sources: Mapping[str, bytes]) -> str | None:
    """Return the value of the one variable that the setting is read from, by the setting's own name or behind a prefix.

    `settings.base_path` is read from `BASE_PATH`, or from `TICKETS_BASE_PATH` where the settings have a prefix, as
    those of pydantic may. Where no variable is set, the default in the code holds.
    """
    for name in _names(expression):
        paths = {
            normal(value)
            for variable, value in environment.items()
            if f"_{variable.upper()}".endswith(f"_{name}") and (not value.strip("/") or _PATH.fullmatch(value))
        }
        paths = paths or ({normal(each) for each in _defaults(name, sources)} if environment else set())
        if len(paths) == 1:
            return paths.pop()
    return None


def _names(expression: str) -> Iterator[str]:
    """Yield the names that an expression reads, the last part of each, as environment variables are written."""
    try:
        tree = ast.parse(expression, mode="eval")
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"\w+", node.value):
            yield node.value.upper()
        elif isinstance(node, ast.Attribute):
            yield node.attr.upper()
        elif isinstance(node, ast.Name):
            yield node.id.upper()


def _defaults(name: str, sources: Mapping[str, bytes]) -> Iterator[str]:
    """Yield the texts that fields of classes of that name have by default."""
    for path, content in sources.items():
        if not path.endswith(".py") or name.lower().encode() not in content.lower():
            continue
        try:
            tree = parsed(content)
        except (SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                yield from _fields(node, name)


def _fields(node: ast.ClassDef, name: str) -> Iterator[str]:
    for each in node.body:
        if not isinstance(each, ast.AnnAssign) or not isinstance(each.target, ast.Name):
            continue
        value = each.value
        if each.target.id.upper() == name and isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.value


def _from_routes(routes: Iterable[str], sources: Mapping[str, bytes]) -> str | None:
    """Return the one prefix of the API's routes, unless the application has paths of its own that begin so."""
    paths = prefixes(routes)
    if len(paths) != 1 or not paths[0]:
        return None
    own = re.compile(rb"""["']""" + re.escape(paths[0].encode()) + rb"""[/"'{]""")
    return None if any(own.search(content) for content in sources.values()) else paths[0]
