"""Where a handler hands its event on, and functions and classes that stand around another handler."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.adapters import KINDS, WORDS
from lambda_migrate.analyzer.around import passed_by_requests
from lambda_migrate.analyzer.evidence import Evidence
from lambda_migrate.analyzer.patterns import event_functions
from lambda_migrate.analyzer.scopes import SELF, parameters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.patterns import Function
    from lambda_migrate.analyzer.scopes import Scope

DEFINITIONS = (ast.FunctionDef, ast.ClassDef)


def is_of_the_entry(module: Module, function: Function) -> bool:
    """Return whether a function may be what Lambda calls: the handler, or what a class or function makes for it."""
    if not module.entry or function.name == module.entry:
        return True
    also = {getattr(value, "id", "") for value, _ in module.root.assigned.get(module.entry, ())}
    if function.name in also:
        return True
    makers = {
        value.func.id
        for value, _ in module.root.assigned.get(module.entry, ())
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Name)
    }
    around = _outermost(module.inside(function))
    return isinstance(around, DEFINITIONS) and around is not function and around.name in makers


def handed_on(module: Module, function: Function, event: str, context: str) -> Iterator[ast.Call]:
    """Return the calls in a function that hand its event and context on.

    Args:
        module: the function's.
        function: the handler.
        event: name of its parameter that holds the event.
        context: name of its parameter that holds the context.
    """
    inner = module.inside(function)
    for call, scope in module.all_calls():
        if scope is not inner or len(call.args) < len(("event", "context")):
            continue
        if _is_context(call.args[1], context):
            mentioned = {part.id for part in ast.walk(call.args[0]) if isinstance(part, ast.Name)}
            made_here = isinstance(call.args[0], ast.Name) and call.args[0].id in inner.assigned
            if event in mentioned or made_here:
                yield call
        elif _is_wsgi(module, call):
            yield call


def called(module: Module, call: ast.Call, function: Function) -> str:
    """Return the dotted name of what a handler calls, also where a function returned it among others."""
    dotted = module.resolve(call.func, module.inside(function))
    known = module.root.assigned.get(getattr(call.func, "id", ""), ())
    return _unpacked(module, call.func.id) or dotted if known and isinstance(call.func, ast.Name) else dotted


def wrappings(module: Module) -> Iterator[tuple[ast.Call, str]]:
    """Return calls at import that are given an adapter, or what holds one, with its name: `handler = guarded(asgi)`."""
    if not module.mentions(b"handler"):
        return
    for name in {"handler", "lambda_handler", module.entry} - {""}:
        for value, scope in module.root.assigned.get(name, ()):
            if scope is module.root and isinstance(value, ast.Call):
                around = list(_around(module, value))
                held = module.resolve(_given(around[-1]) or value, scope) if around else ""
                yield from ((call, held) for call in around if held)


def wrappers(module: Module) -> Iterator[tuple[str, Evidence]]:
    """Return the functions and classes of a module that call what they are given, and what they do beside that."""
    if not module.mentions(b"def __call__", b"return"):
        return
    for function, event, context in _inner_handlers(module):
        inner = module.inside(function)
        outer = _outermost(inner)
        if isinstance(outer, DEFINITIONS) and outer is not function:
            for call in _calls_of_what_was_given(module, function, event, context):
                works = (work.evidence for work in passed_by_requests(module, function, call, event))
                yield f"{module.name}.{outer.name}", max(works, default=Evidence.NONE)


def _inner_handlers(module: Module) -> Iterator[tuple[Function, str, str]]:
    """Return functions of an event inside others, and those that take any arguments: `def inner(*args, **kwargs)`."""
    yield from event_functions(module)
    for function, scope in module.functions():
        some = function.args.vararg
        if some is not None and scope.kind == "function" and not function.args.args:
            yield function, some.arg, ""


def _calls_of_what_was_given(module: Module, function: Function, event: str, context: str) -> Iterator[ast.Call]:
    inner = module.inside(function)
    given = {name.arg for scope in _outside(inner) for name in _parameters(scope)}
    for call, scope in module.all_calls():
        if scope is not inner or not call.args:
            continue
        callee = call.func
        of_self = isinstance(callee, ast.Attribute) and getattr(callee.value, "id", "") in SELF
        if getattr(callee, "id", "") in given or (of_self and function.name == "__call__"):
            handed = call.args[0].value if isinstance(call.args[0], ast.Starred) else call.args[0]
            named = any(isinstance(part, ast.Name) and part.id == event for part in ast.walk(handed))
            if named and (not context or len(call.args) > 1):
                yield call


def _outside(inner: Scope) -> Iterator[Scope]:
    scope = inner.parent
    while scope is not None and scope.kind == "function":
        yield scope
        scope = scope.parent


def _parameters(scope: Scope) -> list[ast.arg]:
    return parameters(scope.node.args) if isinstance(scope.node, (ast.FunctionDef, ast.AsyncFunctionDef)) else []


def _outermost(scope: Scope) -> ast.AST | None:
    """Return the function or class at the top of the module in which a scope is."""
    while scope.parent is not None and scope.parent.parent is not None:
        scope = scope.parent
    return scope.node


def _around(module: Module, value: ast.Call) -> Iterator[ast.Call]:
    """Yield the calls around an adapter, the outermost first: `a(b(Mangum(app)))`."""
    node: ast.expr | None = value
    while isinstance(node, ast.Call) and module.resolve(node.func, module.root) not in KINDS:
        if _given(node) is None:
            return
        yield node
        node = _given(node)


def _given(call: ast.Call) -> ast.expr | None:
    given = [*call.args, *(item.value for item in call.keywords)]
    return next((each for each in given if isinstance(each, (ast.Name, ast.Attribute, ast.Call))), None)


def _unpacked(module: Module, name: str) -> str:
    """Return what a name of the module stands for that is unpacked from a tuple: `asgi, worker = build()`."""
    for statement, scope in module.of(ast.Assign):
        target = statement.targets[0]
        if scope is module.root and isinstance(target, ast.Tuple):
            names = [getattr(each, "id", "") for each in target.elts]
            if name in names:
                return _part(module, statement.value, scope, names.index(name))
    return ""


def _part(module: Module, value: ast.expr, scope: Scope, index: int) -> str:
    """Return the dotted name of one of several values, which a function of the module may return."""
    if isinstance(value, ast.Tuple):
        return module.resolve(value.elts[index], scope) if index < len(value.elts) else ""
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        for returned, where in module.of(ast.Return):
            made = getattr(where.node, "name", "") == value.func.id and isinstance(returned.value, ast.Tuple)
            if made and isinstance(returned.value, ast.Tuple):
                return _part(module, returned.value, where, index)
    return ""


def _is_context(node: ast.expr, context: str) -> bool:
    named = isinstance(node, ast.Name) and node.id == context
    return named or (isinstance(node, ast.Constant) and node.value is None) or (isinstance(node, ast.Dict))


def _is_wsgi(module: Module, call: ast.Call) -> bool:
    return module.mentions(*WORDS) and KINDS.get(module.resolve(call.func, module.root)) in (
        "serverless-wsgi",
        "aws-wsgi",
    )
