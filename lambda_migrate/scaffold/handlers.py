"""Checks that the configured handler is a function of the user's own code, before anything is read from it."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.parsing import parsed
from lambda_migrate.analyzer.rules.syntax_error import is_older, on
from lambda_migrate.errors import MigrateError

if TYPE_CHECKING:
    from lambda_migrate.scaffold.facts import FunctionFacts
    from lambda_migrate.scaffold.source import Source

VENDORS = ("DD_LAMBDA_HANDLER", "NEW_RELIC_LAMBDA_HANDLER", "SENTRY_INITIAL_HANDLER", "LUMIGO_ORIGINAL_HANDLER")
"""Variables in which layers of monitoring vendors keep the handler that theirs calls."""


def check_name(handler: str, facts: FunctionFacts, source: Source) -> None:
    """Refuse a handler that cannot be one, and one of a monitoring vendor around the function's own.

    Raises:
        MigrateError: It is such a one.
    """
    module, _, name = handler.replace("/", ".").rpartition(".")
    if not module or not name:
        raise MigrateError(
            f"the handler `{handler}` names no function in a module", hint="write it like `--handler module.function`"
        )
    path = module.replace(".", "/")
    variable = next((each for each in VENDORS if facts.environment.get(each)), "")
    if handler == facts.handler and variable and not {f"{path}.py", f"{path}/__init__.py"} & set(source.paths):
        raise MigrateError(
            f"the handler `{handler}` is a layer's, around the one that `{variable}` names",
            hint=f"lift that one: `--handler {facts.environment[variable]}`",
        )


def check_code(handler: str, contents: dict[str, bytes], source: Source, python: str) -> None:
    """Refuse a handler that is not there.

    Args:
        handler: As configured.
        contents: The lifted files, by path.
        source: Where they come from.
        python: The version that the function runs on.

    Raises:
        MigrateError: It is in no lifted file, that file is not valid Python, or nothing in it has the name.
    """
    module, _, name = handler.replace("/", ".").rpartition(".")
    path = module.replace(".", "/")
    file = next((each for each in (f"{path}.py", f"{path}/__init__.py") if each in contents), "")
    if not file:
        raise MigrateError(
            f"the handler `{handler}` is not the function's own code but that of a package",
            hint="name the handler that it calls in turn with `--handler module.function`",
        )
    try:
        tree = parsed(contents[file])
    except SyntaxError as error:
        raise _unreadable(file, error, python, f"it cannot have run in {source.origin} like this") from error
    except ValueError as error:
        raise MigrateError(f"`{file}` is not valid Python: {error}", hint="look at its encoding") from error
    except (RecursionError, MemoryError) as error:
        raise MigrateError(
            f"`{file}` is nested too deeply to be read", hint="move the handler to a file of its own"
        ) from error
    if not {name, "*"} & bound(tree):
        raise MigrateError(
            f"the handler `{handler}` is not in `{file}`: nothing there is called `{name}`",
            hint="name the right one with `--handler module.function`",
        )


def check_all(contents: dict[str, bytes], python: str) -> None:
    """Refuse code of a newer Python than this one, which may hold the handler that nobody has found.

    Raises:
        MigrateError: A file cannot be parsed, and the function runs on a newer Python.
    """
    for path, content in contents.items():
        try:
            if path.endswith(".py") and is_older(python):
                parsed(content)
        except SyntaxError as error:
            raise _unreadable(path, error, python, "look at what it says") from error
        except (ValueError, RecursionError, MemoryError):
            continue


def _unreadable(file: str, error: SyntaxError, python: str, otherwise: str) -> MigrateError:
    text = f"`{file}:{error.lineno or 1}` is not valid Python: {error.msg}"
    if not is_older(python):
        return MigrateError(text, hint=otherwise)
    this = ".".join(map(str, sys.version_info[:2]))
    text = f"{text} (lambda-migrate runs on Python {this}, and the service is for {python})"
    return MigrateError(text, hint=f"if it is valid there, {on(python)}")


def bound(tree: ast.Module) -> set[str]:
    """Return the names that a module binds anywhere."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= {(each.asname or each.name).split(".")[0] for each in node.names}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return names
