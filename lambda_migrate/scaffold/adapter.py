"""Finds the one application behind the handler, and how its adapter was set up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_migrate.errors import MigrateError
from lambda_migrate.scaffold.constants import Unknown

if TYPE_CHECKING:
    from lambda_migrate.analyzer import Adapter, Analysis
    from lambda_migrate.scaffold.constants import Constants

_WSGI = {"apig-wsgi": "apig-wsgi", "serverless-wsgi": "serverless-wsgi", "aws-wsgi": "awsgi"}


@dataclass(frozen=True)
class Application:
    """The application and its adapter's settings.

    Attributes:
        app: ``module:name``, with ``()`` where it has to be made; "" where the function serves events only.
        handler: The function's handler.
        framework: ``fastapi``, ``starlette``, …, or "".
        base_path: Prefix that the adapter strips, "" where none.
        lifespan: ``auto``, ``on`` or ``off``.
        text_mime_types: As given to Mangum, None for its own list.
        exclude_headers: As given to Mangum.
        unresolved: Settings that only running the code can tell, as written.
        by_script: Whether a script or a command starts it on Lambda, under the web adapter and without Mangum.
    """

    app: str
    handler: str
    framework: str = ""
    base_path: str = ""
    lifespan: str = "auto"
    text_mime_types: tuple[str, ...] | None = None
    exclude_headers: tuple[str, ...] = ()
    unresolved: tuple[str, ...] = ()
    by_script: bool = False


def find(analysis: Analysis, *, handler: str, app: str, constants: Constants, events_only: bool = False) -> Application:
    """Choose the adapter.

    Args:
        analysis: Of the code.
        handler: As configured; "" where nobody knows.
        app: What the user says the application is; "" where the code shall tell.
        constants: Of the code, for settings that are not written where the adapter is made.
        events_only: Whether nothing in the code answers requests, so that there need not be an application.

    Raises:
        MigrateError: There is no application, more than one, or none that speaks ASGI.
    """
    adapter = analysis.adapter
    handler = handler or analysis.handler or (adapter.handler if adapter else "")
    if not handler:
        several = " and ".join(f"`{each.path}:{each.line}`" for each in analysis.adapters)
        problem = f"adapters are in {several}" if several else "the code has no adapter"
        raise MigrateError(
            f"the handler could not be found: {problem}", hint="name it with `--handler module.function`"
        )
    if app:
        return _resolved(adapter, app, handler, constants)
    if adapter is None and not analysis.adapters and events_only:
        return Application("", handler, lifespan="off")
    if adapter is None:
        raise _no_single(analysis, handler)
    if adapter.kind in _WSGI:
        raise _wsgi(adapter)
    if not adapter.application:
        raise MigrateError(
            f"the application in `{adapter.path}:{adapter.line}` could not be determined",
            hint="bind it to a name at the top of a module, and name it with `--app module:name`",
        )
    made = "()" if adapter.factory and not adapter.application.endswith("()") else ""
    return _resolved(adapter, adapter.application + made, handler, constants)


def _no_single(analysis: Analysis, handler: str) -> MigrateError:
    named = sorted({each.application or f"{each.path}:{each.line}" for each in analysis.adapters})
    if len(named) == 1:
        places = " and ".join(f"`{each.path}:{each.line}`" for each in analysis.adapters)
        return MigrateError(
            f"the handler `{handler}` serves `{named[0]}` in {len(analysis.adapters)} ways: {places}",
            hint=f"leave one, or say `--app {named[0]}` and set `proxy` in migration.yaml as it should be",
        )
    if named:
        return MigrateError(
            f"the handler `{handler}` serves {len(named)} applications: {', '.join(f'`{name}`' for name in named)}",
            hint="a service has one; mount the others in it, and name it with `--app module:name`",
        )
    return MigrateError(
        f"no ASGI application was found behind the handler `{handler}`",
        hint="only what `Mangum(app)` serves can be lifted; if there is one all the same, name it: `--app module:name`",
    )


def _wsgi(adapter: Adapter) -> MigrateError:
    framework = f" ({adapter.framework})" if adapter.framework else ""
    name = adapter.application.partition(":")[2] or "app"
    return MigrateError(
        f"`{adapter.path}:{adapter.line}` serves a WSGI application{framework} through {_WSGI[adapter.kind]}",
        hint=f"add `asgi = a2wsgi.WSGIMiddleware({name})` and a2wsgi to the requirements, then `--app module:asgi`",
    )


def _resolved(adapter: Adapter | None, app: str, handler: str, constants: Constants) -> Application:
    if adapter is None:
        return Application(app, handler)
    options: dict[str, Any] = {
        "lifespan": adapter.lifespan,
        "api_gateway_base_path": adapter.api_gateway_base_path,
        "text_mime_types": adapter.text_mime_types,
        "exclude_headers": adapter.exclude_headers,
    }
    unresolved = []
    chosen = app.removesuffix("()") != adapter.application.removesuffix("()")  # by the user
    for written in adapter.unresolved:
        if chosen and written.startswith("app="):
            continue
        told = _told(written, adapter.path, constants)
        options |= told
        unresolved += [] if told else [written]
    base_path = str(options["api_gateway_base_path"] or "").strip("/")
    lifespan = str(options["lifespan"])
    return Application(
        app=app,
        handler=handler,
        framework=adapter.framework,
        base_path=f"/{base_path}" if base_path else "",
        lifespan=lifespan if lifespan in ("auto", "on", "off") else "auto",
        text_mime_types=tuple(options["text_mime_types"] or ()) or None,
        exclude_headers=tuple(str(each).lower() for each in options["exclude_headers"] or ()),
        unresolved=tuple(unresolved),
    )


def _told(written: str, path: str, constants: Constants) -> dict[str, Any]:
    """Return what ``name=expression`` or ``**expression`` sets; nothing where only running it can tell."""
    name, _, expression = ("**", "", written[2:]) if written.startswith("**") else written.partition("=")
    try:
        value = constants.value(expression, path)
    except Unknown:
        return {}
    given = value if name == "**" and isinstance(value, dict) else {name: value}
    return given if all(_fits(key, each) for key, each in given.items()) else {}


def _fits(key: str, value: object) -> bool:
    if key in ("lifespan", "api_gateway_base_path"):
        return isinstance(value, str) or value is None
    texts = isinstance(value, (list, tuple)) and all(isinstance(each, str) for each in value)
    return key in ("text_mime_types", "exclude_headers") and (texts or value is None)
