"""Holds the application that the user names to what the code shows: it has to be there, and to speak ASGI."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.module import Module
from lambda_migrate.analyzer.parsing import parsed
from lambda_migrate.errors import MigrateError
from lambda_migrate.scaffold import handlers

if TYPE_CHECKING:
    from collections.abc import Mapping

_APPLICATION = re.compile(r"^(?P<module>\w+(\.\w+)*):(?P<name>\w+)(\.\w+)*(\(\))?$")
_NAME_IT = "name the right one with `--app module:name`"
_WRAP_IT = "add `asgi = a2wsgi.WSGIMiddleware({name})` and a2wsgi to the requirements, then `--app module:asgi`"
_WSGI = frozenset(
    {
        "flask.Flask", "bottle.Bottle", "falcon.App", "falcon.API", "django.core.wsgi.get_wsgi_application",
        "pyramid.config.Configurator",
    }
)  # fmt: skip
_OF_LAMBDA = {
    "mangum.Mangum": "the adapter, not the application: name what it is made from",
    "mangum.adapter.Mangum": "the adapter, not the application: name what it is made from",
    "chalice.Chalice": "an application of Chalice, which speaks Lambda's events alone",
}
_RESOLVER = re.compile(r"^aws_lambda_powertools\.event_handler\.(\w+\.)?\w*Resolver$")
_DEEPEST = 5


def check(app: str, contents: Mapping[str, bytes], packages: frozenset[str] = frozenset()) -> None:
    """Refuse an application that is not there, or that a server cannot serve.

    Args:
        app: ``module:name``, with ``()`` where it has to be made.
        contents: The lifted files, by path.
        packages: Top-level import names of what is installed: an application may come from there.

    Raises:
        MigrateError: It is written otherwise, is not there, or speaks something else than ASGI.
    """
    match = _APPLICATION.match(app)
    if match is None:
        raise MigrateError(f"`{app}` is not an application's name", hint="write it like `--app module:name`")
    path = match["module"].replace(".", "/")
    file = _file(match["module"], contents)
    if not file:
        if match["module"].partition(".")[0] in packages:
            return
        raise MigrateError(f"the application `{app}` is not in the code: `{path}.py` is missing", hint=_NAME_IT)
    try:
        names = handlers.bound(parsed(contents[file]))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise MigrateError(
            f"`{file}`, which `--app` names, is not valid Python", hint="look at what it says"
        ) from error
    if not {match["name"], "*"} & names:
        raise MigrateError(
            f"the application `{app}` is not in `{file}`: nothing there is called `{match['name']}`", hint=_NAME_IT
        )
    _require_asgi(app, match["module"], match["name"], contents)


def require_no_arguments(app: str, contents: Mapping[str, bytes]) -> None:
    """Refuse a function that makes the application and cannot do so without arguments.

    Args:
        app: ``module:name()``; anything else passes.
        contents: The lifted files, by path.

    Raises:
        MigrateError: The code shows a parameter without a default.
    """
    module, _, name = app.removesuffix("()").partition(":")
    file = _file(module, contents)
    if not app.endswith("()") or not file:
        return
    for value, _ in Module(file, contents[file], module).root.assigned.get(name, ()):
        if isinstance(value, (ast.FunctionDef, ast.AsyncFunctionDef)):
            needed = _without_default(value.args)
            if needed:
                raise MigrateError(
                    f"`{app}` needs `{needed[0].arg}`, which only the handler gives it",
                    hint="bind the application to a name at the top of a module, and name it with `--app module:name`",
                )


def _without_default(given: ast.arguments) -> list[ast.arg]:
    positional = [*given.posonlyargs, *given.args]
    named = zip(given.kwonlyargs, given.kw_defaults, strict=True)
    return [*positional[: len(positional) - len(given.defaults)], *(each for each, value in named if value is None)]


def _file(module: str, contents: Mapping[str, bytes]) -> str:
    path = module.replace(".", "/")
    return next((each for each in (f"{path}.py", f"{path}/__init__.py") if each in contents), "")


def _require_asgi(app: str, module: str, name: str, contents: Mapping[str, bytes]) -> None:
    """Refuse what the code shows to be something else; what it does not show is left to the repository's tests."""
    for _ in range(_DEEPEST):
        file = _file(module, contents)
        if not file:
            return
        shown = Module(file, contents[file], module)
        if name in shown.root.imports:
            module, _, name = shown.root.imports[name].rpartition(".")
            continue
        for value, scope in shown.root.assigned.get(name, ()):
            if isinstance(value, ast.FunctionDef) and not app.endswith("()"):
                raise MigrateError(
                    f"`{app}` is a plain function, and a server cannot call it with requests",
                    hint=f"{_NAME_IT}, or `--app {app}()` if it returns the application",
                )
            if isinstance(value, ast.Call):
                _refuse(app, name, shown.resolve(value.func, scope))
        return


def _refuse(app: str, name: str, dotted: str) -> None:
    if dotted in _WSGI:
        raise MigrateError(
            f"`{app}` is a WSGI application (`{dotted}`), and a server of ASGI cannot serve it",
            hint=_WRAP_IT.format(name=name),
        )
    if dotted in _OF_LAMBDA:
        raise MigrateError(f"`{app}` is {_OF_LAMBDA[dotted]}", hint=_NAME_IT)
    if _RESOLVER.match(dotted):
        raise MigrateError(
            f"`{app}` is a resolver of Powertools, which speaks Lambda's events alone",
            hint="write its routes as an application first, then name that with `--app module:name`",
        )
