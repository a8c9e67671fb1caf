"""Shapes of code that several rules look for."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.harmless_calls import SAYS
from lambda_migrate.analyzer.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.scopes import Scope

Function = ast.FunctionDef | ast.AsyncFunctionDef
# Set by Lambda for every function: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
LAMBDA_VARIABLE = re.compile(
    r"^(AWS_LAMBDA_(FUNCTION_(NAME|VERSION|MEMORY_SIZE)|LOG_(GROUP_NAME|STREAM_NAME|FORMAT|LEVEL)|RUNTIME_API"
    r"|INITIALIZATION_TYPE|EXEC_WRAPPER|MAX_CONCURRENCY|METADATA_API|METADATA_TOKEN)"
    r"|LAMBDA_TASK_ROOT|LAMBDA_RUNTIME_DIR|_HANDLER|AWS_EXECUTION_ENV|_X_AMZN_TRACE_ID)$"
)
LAMBDA_WORDS = (
    b"AWS_LAMBDA_", b"LAMBDA_TASK_ROOT", b"LAMBDA_RUNTIME_DIR", b"_HANDLER", b"AWS_EXECUTION_ENV", b"_X_AMZN_TRACE_ID",
)  # fmt: skip
EVENT_NAMES = frozenset({"event", "_event", "evt", "lambda_event", "raw_event"})
CONTEXT_NAMES = frozenset({"context", "_context", "ctx", "_ctx", "lambda_context", "_"})
CACHES = frozenset(
    {
        "functools.lru_cache", "functools.cache", "functools.lru_cache()", "functools.cached_property",
        "cachetools.func.lru_cache()",
    }
)  # fmt: skip
CLOCKS = ("time", "monotonic", "now", "utcnow")
REQUESTS = frozenset({"request", "req", "websocket", "ws", "connection", "conn"})


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """Return the value of a keyword argument, None when it is not given."""
    return next((item.value for item in call.keywords if item.arg == name), None)


def argument(call: ast.Call, position: int, name: str) -> ast.expr | None:
    """Return an argument given by position or by name."""
    if len(call.args) > position and not any(isinstance(item, ast.Starred) for item in call.args[: position + 1]):
        return call.args[position]
    return keyword(call, name)


def text_of(node: ast.AST | None) -> str:
    """Return the value of a string constant, empty for anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def matching_strings(
    module: Module, pattern: re.Pattern[str], *words: bytes
) -> Iterator[tuple[ast.Constant, Scope, re.Match[str]]]:
    """Return the strings in which the pattern is found, asking the bytes for one of the words first."""
    if module.mentions(*words):
        for node, scope in module.strings:
            match = pattern.search(str(node.value))
            if match:
                yield node, scope, match


def strings_read(
    module: Module, pattern: re.Pattern[str], *words: bytes
) -> Iterator[tuple[ast.Constant, Scope, re.Match[str]]]:
    """Return matching strings that are not keys being written: of a dictionary, an assignment or `setdefault`."""
    written: set[int] | None = None
    for node, scope, match in matching_strings(module, pattern, *words):
        if written is None:
            written = set(_written_keys(module))
        if id(node) not in written:
            yield node, scope, match


def _written_keys(module: Module) -> Iterator[int]:
    for display, _ in module.of(ast.Dict):
        yield from (id(key) for key in display.keys if key is not None)
    for subscript, _ in module.of(ast.Subscript):
        if not isinstance(subscript.ctx, ast.Load):
            yield id(subscript.slice)
    for call, _ in module.calls("setdefault"):
        yield from (id(key) for key in call.args[:1])


def said(module: Module) -> set[int]:
    """Return the identities of what is only written to the log or the screen."""
    calls = module.calls(*SAYS)
    return {id(part) for call, _ in calls for part in ast.walk(call)}


def settings_fields(module: Module, pattern: re.Pattern[str]) -> Iterator[tuple[ast.Name, str]]:
    """Return fields of settings classes whose environment variable matches, each with the variable's name.

    pydantic reads a field from the variable of its name, in any case, after the class's `env_prefix`.
    """
    if not module.mentions(b"Settings"):
        return
    for annotated, scope in module.of(ast.AnnAssign):
        target, around = annotated.target, scope.node
        if not isinstance(target, ast.Name) or not isinstance(around, ast.ClassDef):
            continue
        if any("Settings" in last_name(base) for base in around.bases):
            configured = (value for value, _ in scope.assigned.get("model_config", ()) if isinstance(value, ast.Call))
            prefix = next((text_of(keyword(value, "env_prefix")) for value in configured), "")
            if pattern.match(f"{prefix}{target.id}".upper()):
                yield target, f"{prefix}{target.id}".upper()


def lambda_variables(node: ast.AST) -> Iterator[ast.Constant]:
    """Return the names of environment variables that only Lambda sets, anywhere below a node."""
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and LAMBDA_VARIABLE.match(part.value):
            yield part


def event_functions(module: Module) -> Iterator[tuple[Function, str, str]]:
    """Return the handler and functions that look like one, with the names of their event and context parameters."""
    for function, scope in module.functions():
        names = [parameter.arg for parameter in (*function.args.posonlyargs, *function.args.args)]
        if names[:1] == ["self"]:
            names = names[1:]
        configured = function.name == module.entry and scope is module.root
        if len(names) > 1 and (configured or (names[0] in EVENT_NAMES and names[1] in CONTEXT_NAMES)):
            yield function, names[0], names[1]


def is_cached(module: Module, scope: Scope) -> bool:
    """Return whether code in the scope runs inside a function whose result is cached."""
    while scope.parent is not None:
        if isinstance(scope.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for decorator in scope.node.decorator_list:
                if module.resolve(decorator, scope.parent) in CACHES:
                    return True
        scope = scope.parent
    return False


def kept_globally(module: Module) -> set[int]:
    """Return the identities of all expressions whose value a function puts where it outlives the request.

    That is a module-level name or collection, a class, the application's `state`, or an attribute of an object that is
    made at import.
    """
    kept: set[int] = set()
    for statement, scope in module.of(ast.Assign):
        if not scope.at_import and any(_outlives(module, target, scope) for target in statement.targets):
            for part in ast.walk(statement.value):
                kept.add(id(part))
                # `with urlopen(…) as answer:` and `answer = get(…)`: what the function has put under a name before
                if isinstance(part, ast.Name) and part.id not in scope.global_names:
                    made = (value for value, where in scope.assigned.get(part.id, ()) if value and where is scope)
                    kept.update(id(inner) for value in made if isinstance(value, ast.Call) for inner in ast.walk(value))
    return kept


def _outlives(module: Module, target: ast.expr, scope: Scope) -> bool:
    if isinstance(target, ast.Name):
        return target.id in scope.global_names
    if isinstance(target, ast.Subscript):
        return isinstance(target.value, ast.Name) and scope.owner(target.value.id) is module.root
    if not isinstance(target, ast.Attribute):
        return False
    if isinstance(target.value, ast.Attribute):
        return target.value.attr == "state" and last_name(target.value.value) not in REQUESTS
    name = last_name(target.value)
    if name == "self":
        return getattr(scope.node, "name", "") == "__init__" and _is_made_at_import(module, scope.enclosing("class"))
    return name == "cls" or any(isinstance(value, ast.ClassDef) for value, _ in module.root.assigned.get(name, ()))


def _is_made_at_import(module: Module, around: Scope | None) -> bool:
    """Return whether a class is instantiated for a module-level name."""
    name = getattr(around.node, "name", "") if around is not None else ""
    values = (value for assigned in module.root.assigned.values() for value, where in assigned if where is module.root)
    return any(isinstance(value, ast.Call) and last_name(value.func) == name for value in values)


def outlives_requests(module: Module, node: ast.AST, scope: Scope, kept: set[int]) -> bool:
    """Return whether the value of an expression is made once and kept: at import, by `kept_globally`, or in a cache.

    Args:
        module: the module of the expression.
        node: the expression.
        scope: where it is evaluated.
        kept: what `kept_globally` found in the module.
    """
    return scope.at_import or id(node) in kept or is_cached(module, scope)


def kept_results(module: Module, calls: Iterable[tuple[ast.Call, Scope]]) -> Iterator[tuple[ast.Call, bool]]:
    """Return calls whose result is kept for the life of the process, and calls of functions that make them.

    Args:
        module: where to look.
        calls: the calls that are meant.

    Returns:
        Each call, and whether it is one of those meant rather than a call of a function around one.
    """
    kept = kept_globally(module)
    around: dict[str, None] = {}
    for call, scope in calls:
        if _looks_at_the_clock(module, scope):
            continue
        if outlives_requests(module, call, scope, kept):
            yield call, True
        elif isinstance(scope.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            around[f"{module.name}.{scope.node.name}"] = None
    for qualified in around:
        for call, scope in module.calls(qualified.rpartition(".")[2]):
            if module.resolved(call, scope) == qualified and outlives_requests(module, call, scope, kept):
                yield call, False


def _looks_at_the_clock(module: Module, scope: Scope) -> bool:
    """Return whether a function asks for the time: what it keeps has an age."""
    return not scope.at_import and any(where is scope for _, where in module.calls(*CLOCKS))


def root_logger(module: Module, node: ast.AST, scope: Scope) -> bool:
    """Return whether an expression is the root logger: `logging.getLogger()`, `logging.root`, or a name for it."""
    if isinstance(node, ast.Attribute) and module.resolve(node, scope) == "logging.root":
        return True
    for value, where in module.values(node, scope):
        if isinstance(value, ast.Call) and module.resolve(value.func, where) == "logging.getLogger":
            given = argument(value, 0, "name")
            if given is None or module.literal(given, where) in (None, "", "root"):
                return True
        elif isinstance(value, ast.Attribute) and module.resolve(value, where) == "logging.root":
            return True
    return False
