"""Recognises the adapter between Lambda and the application: Mangum, apig-wsgi, serverless-wsgi, awsgi."""

from __future__ import annotations

import ast
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from lambda_migrate.analyzer.module import UNKNOWN
from lambda_migrate.analyzer.patterns import argument, event_functions
from lambda_migrate.analyzer.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.scopes import Scope

AdapterKind = Literal["mangum", "apig-wsgi", "serverless-wsgi", "aws-wsgi", "none"]
KINDS: dict[str, AdapterKind] = {
    "mangum.Mangum": "mangum",
    "mangum.adapter.Mangum": "mangum",
    "apig_wsgi.make_lambda_handler": "apig-wsgi",
    "serverless_wsgi.handle_request": "serverless-wsgi",
    "awsgi.response": "aws-wsgi",
}
WORDS = (b"angum", b"apig_wsgi", b"serverless_wsgi", b"awsgi")
FRAMEWORKS = {
    "fastapi.FastAPI": "fastapi",
    "fastapi.applications.FastAPI": "fastapi",
    "starlette.applications.Starlette": "starlette",
    "flask.Flask": "flask",
    "quart.Quart": "quart",
    "litestar.Litestar": "litestar",
    "django.core.asgi.get_asgi_application": "django",
    "django.core.wsgi.get_wsgi_application": "django",
    "bottle.Bottle": "bottle",
    "falcon.App": "falcon",
    "falcon.asgi.App": "falcon",
}
# Mangum's own since 0.10; before that its second argument was `enable_lifespan`, and `log_level` was among the others.
POSITIONS = ("app", "lifespan", "api_gateway_base_path", "custom_handlers", "text_mime_types", "exclude_headers")
LIFESPANS = ("auto", "on", "off")
NO_LONGER = frozenset({"enable_lifespan", "log_level", "dsn", "api_gateway_endpoint_url", "api_gateway_region_name"})
LONGEST_WRAPPING = 20
DEFAULTS: dict[str, object] = {
    "lifespan": "auto",
    "api_gateway_base_path": "/",
    "text_mime_types": None,
    "exclude_headers": (),
    "custom_handlers": None,
}


@dataclass(frozen=True, slots=True)
class Adapter:
    """One call that puts an application behind the Lambda handler, with the settings the service has to keep.

    Attributes:
        kind: which adapter it is.
        path: file of the call, relative.
        line: line of the call, from 1.
        handler: dotted name of what the call is bound to or called in, such as `app.main.handler`; empty if neither.
        application: `module:attribute` of the application, empty when it cannot be told.
        factory: whether `application` is to be called to get the application.
        framework: `fastapi`, `starlette`, `flask`, …; empty when it cannot be told.
        lifespan: Mangum's `lifespan`: `auto`, `on` or `off`.
        api_gateway_base_path: prefix the adapter strips; `/` strips nothing.
        text_mime_types: content types answered as text, None for the adapter's own list.
        exclude_headers: response headers the adapter drops, in lower case.
        unresolved: settings that only running the code can tell, as written: `name=expression`.
    """

    kind: AdapterKind
    path: str
    line: int
    handler: str = ""
    application: str = ""
    factory: bool = False
    framework: str = ""
    lifespan: str = "auto"
    api_gateway_base_path: str = "/"
    text_mime_types: tuple[str, ...] | None = None
    exclude_headers: tuple[str, ...] = ()
    unresolved: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the adapter as a JSON-able object."""
        return asdict(self)


def adapter_calls(module: Module) -> Iterator[tuple[AdapterKind, ast.Call, Scope]]:
    """Return every call of an adapter in a module."""
    if not module.mentions(*WORDS):
        return
    for call, scope in module.all_calls():
        kind = KINDS.get(module.resolved(call, scope))
        if kind is not None:
            yield kind, call, scope


def adapters(module: Module) -> Iterator[Adapter]:
    """Return the adapters a module makes, `application` and `framework` as seen from this module alone."""
    for kind, call, scope in adapter_calls(module):
        given = _arguments(kind, call)
        settings, unresolved = _settings(module, scope, call, given)
        application, factory = _application(module, given.get("app"), scope)
        yield Adapter(
            kind=kind,
            path=module.path,
            line=call.lineno,
            handler=_handler(module, call, scope),
            application=application,
            factory=factory,
            unresolved=unresolved,
            **settings,
        )


def _arguments(kind: AdapterKind, call: ast.Call) -> dict[str, ast.expr]:
    """Return the arguments by Mangum's names; of the adapters for WSGI only the application, which comes first."""
    if kind != "mangum":
        named = (item.value for item in call.keywords if item.arg in ("app", "wsgi_app"))
        application = next(iter(call.args), None) or next(named, None)
        return {"app": application} if application is not None else {}
    given = dict(zip(POSITIONS, call.args, strict=False))
    given.update({item.arg: item.value for item in call.keywords if item.arg})
    if isinstance(given.get("enable_lifespan"), ast.Constant):
        given.setdefault("lifespan", given["enable_lifespan"])
    return given


def _settings(
    module: Module, scope: Scope, call: ast.Call, given: dict[str, ast.expr]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    settings: dict[str, Any] = {}
    unresolved = []
    for name, default in DEFAULTS.items():
        node = given.get(name)
        value = default if node is None else module.literal(node, scope)
        if name == "lifespan" and isinstance(value, bool):  # Mangum before 0.10: `enable_lifespan`
            value = "auto" if value else "off"
        if node is not None and not _is_told(name, value):
            unresolved.append(f"{name}={module.snippet(node)}")
            value = default
        if name != "custom_handlers":
            settings[name] = _typed(name, value)
    if "mangum" in module.resolved(call, scope):
        unresolved += (f"**{module.snippet(item.value)}" for item in call.keywords if item.arg is None)
        unresolved += (
            f"{item.arg}={module.snippet(item.value)}"
            for item in call.keywords
            if item.arg and item.arg not in {*POSITIONS, *NO_LONGER}
        )
    application = given.get("app")
    if isinstance(application, ast.Call) and (application.args or application.keywords):
        unresolved.append(f"app={module.snippet(application)}")
    return settings, tuple(unresolved)


def _is_told(name: str, value: object) -> bool:
    if name == "custom_handlers":
        return value in (None, ())
    return value is not UNKNOWN and (name != "lifespan" or value in (None, *LIFESPANS))


def _typed(name: str, value: object) -> object:
    if name in {"lifespan", "api_gateway_base_path"}:
        return str(value) if value else DEFAULTS[name]
    listed = tuple(str(item) for item in value) if isinstance(value, tuple) else ()
    if name == "exclude_headers":
        return tuple(item.lower() for item in listed)
    return listed or None


def _application(module: Module, node: ast.expr | None, scope: Scope) -> tuple[str, bool]:
    """Return the dotted name the application is bound to, and whether that is a factory's name."""
    for _ in range(LONGEST_WRAPPING):
        if node is None:
            break
        if not isinstance(node, ast.Call):
            given = _given_from_outside(module, node, scope)
            return module.resolve(given or node, module.root if given else scope, keep_own=True), False
        callee = last_name(node.func)
        inside = _wrapped(node)
        # A class around an application is middleware, a function that returns one is a factory.
        if inside is None or not callee[:1].isupper():
            return module.resolve(node.func, scope, keep_own=True), True
        node = inside
    return "", False


def _given_from_outside(module: Module, node: ast.expr, scope: Scope) -> ast.expr | None:
    """Return what a parameter is given where the module itself calls the function: `create_handler(app)`."""
    function = scope.node
    if not isinstance(node, ast.Name) or not isinstance(function, ast.FunctionDef):
        return None
    names = [parameter.arg for parameter in (*function.args.posonlyargs, *function.args.args)]
    if node.id not in names:
        return None
    for call, where in module.calls(function.name):
        if where is module.root:
            given = argument(call, names.index(node.id), node.id)
            if given is not None:
                return given
    return None


def _wrapped(call: ast.Call) -> ast.expr | None:
    return call.args[0] if call.args else next((item.value for item in call.keywords if item.arg == "app"), None)


def _handler(module: Module, call: ast.Call, scope: Scope) -> str:
    """Return what Lambda calls: what the adapter is bound to, or the function of an event around it."""
    name = _holder(module, call, scope)
    around = calling_function(module, name)
    if not around:
        bound = [*_kept_as(module, call), *_bound_to_result(module, name)]
        around = next(filter(None, (calling_function(module, each) for each in bound)), next(iter(bound), ""))
    return f"{module.name}.{around or name}" if name else ""


def _kept_as(module: Module, call: ast.Call) -> Iterator[str]:
    """Yield the names of the module that a function keeps the adapter under: `global asgi`."""
    for name, values in module.root.assigned.items():
        if any(value is call and where is not module.root for value, where in values):
            yield name


def _holder(module: Module, call: ast.Call, scope: Scope) -> str:
    """Return the top-level name that holds the adapter, or the function or class that makes it."""
    for name, values in module.root.assigned.items():
        for value, where in values:  # a `global` of a function is held by that function
            if where is module.root and isinstance(value, ast.expr) and any(part is call for part in ast.walk(value)):
                return name
    holder = ""
    while scope.parent is not None:
        if isinstance(scope.node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            holder = holder if holder and scope.parent.parent is not None else scope.node.name
        scope = scope.parent
    return holder


def calling_function(module: Module, name: str) -> str:
    """Return the function of the module that takes an event and calls `name` with it; empty where none does.

    Args:
        module: where to look.
        name: a top-level name that holds an adapter, or a function that makes one.
    """
    if name == module.entry:
        return ""
    handed = {id(call.func) for call, _ in module.all_calls() if len(call.args) > 1}
    around = []
    for function, _, _ in event_functions(module):
        inner = module.inside(function)
        if inner.parent is not None and inner.parent.kind in ("function", "async"):
            continue  # Lambda finds none that another function makes
        for call, scope in module.calls(name):
            plain = isinstance(call.func, ast.Name) and scope is inner and function.name != name
            if plain and (len(call.args) > 1 or id(call) in handed or _is_called_with_two(module, inner, call)):
                around.append(function.name)
    return module.entry if module.entry in around else next(iter(around), "")


def _is_called_with_two(module: Module, inner: Scope, made: ast.Call) -> bool:
    """Return whether what a call returns is named in a function, and called there with an event and a context."""
    names = [name for name, values in inner.assigned.items() if any(value is made for value, _ in values)]
    return any(scope is inner and len(call.args) > 1 for name in names for call, scope in module.calls(name))


def _bound_to_result(module: Module, maker: str) -> Iterator[str]:
    """Yield the top-level names of what a function or class returns: `handler = create()`, `asgi, worker = build()`."""
    kinds = (ast.FunctionDef, ast.ClassDef)
    if maker == module.entry or not any(isinstance(value, kinds) for value, _ in module.root.assigned.get(maker, ())):
        return
    for name, values in module.root.assigned.items():
        held = [scope for value, scope in values if _calls(value, maker)]
        if held:
            yield name
        for scope in held:  # `global asgi` of a function, which may hand it on as well
            if isinstance(scope.node, ast.FunctionDef):
                yield scope.node.name
    for statement, scope in module.of(ast.Assign):
        target = statement.targets[0]
        if scope is module.root and isinstance(target, ast.Tuple) and _calls(statement.value, maker):
            yield from (part.id for part in target.elts if isinstance(part, ast.Name))


def _calls(value: ast.AST | None, name: str) -> bool:
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == name
