"""Finds the one application behind the handler, and how its adapter was set up."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_migrate.errors import MigrateError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambda_migrate.analyzer import Adapter, Analysis

_WSGI = {"apig-wsgi": "apig-wsgi", "serverless-wsgi": "serverless-wsgi", "aws-wsgi": "awsgi"}


@dataclass(frozen=True)
class Application:
    """The application and its adapter's settings.

    Attributes:
        app: ``module:name``, with ``()`` where it has to be made.
        handler: The function's handler.
        framework: ``fastapi``, ``starlette``, …, or "".
        base_path: Prefix that the adapter strips, "" where none.
        lifespan: ``auto``, ``on`` or ``off``.
        text_mime_types: As given to Mangum, None for its own list.
        exclude_headers: As given to Mangum.
        unresolved: Settings that only running the code can tell, as written.
    """

    app: str
    handler: str
    framework: str = ""
    base_path: str = ""
    lifespan: str = "auto"
    text_mime_types: tuple[str, ...] | None = None
    exclude_headers: tuple[str, ...] = ()
    unresolved: tuple[str, ...] = ()


def find(analysis: Analysis, *, handler: str, app: str, environment: Mapping[str, str]) -> Application:
    """Choose the adapter.

    Args:
        analysis: Of the code.
        handler: As configured; "" where nobody knows.
        app: What the user says the application is; "" where the code shall tell.
        environment: The function's variables, for settings that are read from there.

    Raises:
        MigrateError: There is no application, more than one, or none that speaks ASGI.
    """
    adapter = analysis.adapter
    handler = handler or analysis.handler or (adapter.handler if adapter else "")
    if not handler:
        several = " and ".join(f"`{each.path}:{each.line}`" for each in analysis.adapters)
        found = f"adapters are in {several}" if several else "there is no adapter in the code"
        raise MigrateError(f"the handler is not known: {found}", hint="name it with `--handler module.function`")
    if app:
        return _settled(adapter, app, handler, environment)
    if adapter is None:
        raise _no_single(analysis, handler)
    if adapter.kind in _WSGI:
        raise _wsgi(adapter)
    if not adapter.application:
        raise MigrateError(
            f"the application in `{adapter.path}:{adapter.line}` cannot be told",
            hint="bind it to a name at the top of a module, and name it with `--app module:name`",
        )
    made = "()" if adapter.factory and not adapter.application.endswith("()") else ""
    return _settled(adapter, adapter.application + made, handler, environment)


def _no_single(analysis: Analysis, handler: str) -> MigrateError:
    named = sorted({each.application or f"{each.path}:{each.line}" for each in analysis.adapters})
    if len(named) > 1:
        return MigrateError(
            f"the handler `{handler}` serves {len(named)} applications: {', '.join(f'`{name}`' for name in named)}",
            hint="a service has one; mount the others in it, and name it with `--app module:name`",
        )
    return MigrateError(
        f"there is no ASGI application behind the handler `{handler}`",
        hint="only what `Mangum(app)` serves can be lifted; if there is one all the same, name it: `--app module:name`",
    )


def _wsgi(adapter: Adapter) -> MigrateError:
    framework = f" ({adapter.framework})" if adapter.framework else ""
    name = adapter.application.partition(":")[2] or "app"
    return MigrateError(
        f"`{adapter.path}:{adapter.line}` serves a WSGI application{framework} through {_WSGI[adapter.kind]}",
        hint=f"add `asgi = a2wsgi.WSGIMiddleware({name})` and a2wsgi to the requirements, then `--app module:asgi`",
    )


def _settled(adapter: Adapter | None, app: str, handler: str, environment: Mapping[str, str]) -> Application:
    if adapter is None:
        return Application(app, handler)
    found: dict[str, Any] = {}
    unresolved = []
    for written in adapter.unresolved:
        name, _, expression = written.partition("=")
        known, value = from_environment(expression, environment)
        if known and name in ("api_gateway_base_path", "lifespan"):
            found[name] = value
        else:
            unresolved.append(written)
    lifespan = found.get("lifespan") or adapter.lifespan
    base_path = str(found.get("api_gateway_base_path") or adapter.api_gateway_base_path).strip("/")
    return Application(
        app=app,
        handler=handler,
        framework=adapter.framework,
        base_path=f"/{base_path}" if base_path else "",
        lifespan=lifespan if lifespan in ("auto", "on", "off") else "auto",
        text_mime_types=adapter.text_mime_types,
        exclude_headers=adapter.exclude_headers,
        unresolved=tuple(unresolved),
    )


def from_environment(expression: str, environment: Mapping[str, str]) -> tuple[bool, str]:
    """Tell what an expression is that reads an environment variable.

    Args:
        expression: ``os.environ["NAME"]``, ``os.environ.get("NAME", "default")`` or ``os.getenv(…)``.
        environment: The function's variables.

    Returns:
        Whether it is known, and the value.
    """
    try:
        node = ast.parse(expression, mode="eval").body
    except (SyntaxError, ValueError):
        return False, ""
    names: list[Any] = []
    if isinstance(node, ast.Call) and ast.unparse(node.func) in (
        "os.environ.get",
        "environ.get",
        "os.getenv",
        "getenv",
    ):
        names = [each.value for each in node.args if isinstance(each, ast.Constant)]
    elif isinstance(node, ast.Subscript) and ast.unparse(node.value) in ("os.environ", "environ"):
        names = [node.slice.value] if isinstance(node.slice, ast.Constant) else []
    if not names or not isinstance(names[0], str):
        return False, ""
    if names[0] in environment:
        return True, environment[names[0]]
    default = names[1] if len(names) > 1 else None
    return isinstance(default, str), default if isinstance(default, str) else ""
