"""What a value says about a Lambda variable, and under which name the project knows it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.patterns import LAMBDA_VARIABLE, Function
from lambda_migrate.analyzer.scopes import SELF, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.scopes import Scope

# Calls that hand a value on as it is, or ask one question about it.
TRANSPARENT = frozenset({"bool", "str", "len", "any", "all", "lower", "upper", "strip", "startswith", "endswith"})
# Calls that ask each of several values.
OF_SEVERAL = frozenset({"any", "all"})
DISPLAYS = (ast.List, ast.Tuple, ast.Set)
ANSWERS = (ast.BoolOp, ast.Call, ast.Compare, ast.UnaryOp)


def spans(node: ast.expr | None, lines: Sequence[int]) -> bool:
    """Return whether one of the lines is among a node's: the cheap question before looking at all that is in it."""
    return node is not None and any(node.lineno <= line <= (node.end_lineno or node.lineno) for line in lines)


def is_answer(value: ast.expr) -> bool:
    """Return whether a value says yes or no to what is asked in it, as `not ON_LAMBDA` does."""
    if isinstance(value, ast.Call):
        return last_name(value.func) in {"bool", *OF_SEVERAL}
    if isinstance(value, ast.Compare):
        return any(isinstance(side, (ast.Constant, ast.Name)) for side in (value.left, *value.comparators))
    return isinstance(value, (ast.BoolOp, ast.UnaryOp))


def named(module: Module, *, whole: bool) -> Iterator[tuple[ast.expr | Function, ast.expr | None, Scope]]:
    """Return what is assigned to, and functions, each with a value and the scope of that.

    Args:
        module: where to look.
        whole: with every value, not only those that may be answers.
    """
    for node, scope in module.of(ast.Assign):
        if whole or isinstance(node.value, ANSWERS):
            for target in node.targets:
                yield target, node.value, scope
    for annotated, scope in module.of(ast.AnnAssign):
        if whole or isinstance(annotated.value, ANSWERS):
            yield annotated.target, annotated.value, scope
    for returned, scope in module.of(ast.Return):
        function = scope.node
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) and (
            whole or isinstance(returned.value, ANSWERS)
        ):
            yield function, returned.value, scope


def tells(value: ast.expr) -> bool:
    """Return whether a value says something about a Lambda variable, and is not merely made with one."""
    waiting: list[ast.AST] = [value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Call):
            name = last_name(node.func)
            if name in TRANSPARENT:
                waiting += [node.func, *(_asked_in_turn(node) if name in OF_SEVERAL else node.args)]
            else:
                waiting += [item for item in node.args[:1] if isinstance(item, ast.Constant)]
                waiting += [item.value for item in node.keywords if isinstance(item.value, (ast.Lambda, ast.Constant))]
        elif isinstance(node, ast.Constant):
            if isinstance(node.value, str) and LAMBDA_VARIABLE.match(node.value):
                return True
        elif not isinstance(node, (ast.JoinedStr, ast.Dict, ast.List, ast.Tuple, ast.Set)):
            waiting += ast.iter_child_nodes(node)
    return False


def _asked_in_turn(call: ast.Call) -> Iterator[ast.expr]:
    """Yield what `any` and `all` ask: the parts of a list, or what a comprehension goes over."""
    for given in call.args:
        if isinstance(given, DISPLAYS):
            yield from given.elts
        elif isinstance(given, (ast.GeneratorExp, ast.ListComp)):
            yield given.elt
            for each in given.generators:
                yield from each.iter.elts if isinstance(each.iter, DISPLAYS) else [each.iter]
        else:
            yield given


def defined_name(module: Module, target: ast.AST, scope: Scope) -> str:
    """Return the dotted name under which other modules see a target or function, empty if they cannot."""
    if isinstance(target, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return qualified(module, target.name, scope.parent) if scope.parent else ""
    if isinstance(target, ast.Name):
        return qualified(module, target.id, scope.root if target.id in scope.global_names else scope)
    return own_field(module, target, scope)


def qualified(module: Module, name: str, scope: Scope) -> str:
    """Return the dotted name of something defined at the top of a module or in one of its classes."""
    if scope.kind == "module":
        return f"{module.name}.{name}"
    if isinstance(scope.node, ast.ClassDef) and scope.parent is not None and scope.parent.kind == "module":
        return f"{module.name}.{scope.node.name}.{name}"
    return ""


def own_field(module: Module, node: ast.AST, scope: Scope) -> str:
    """Return the dotted name of `self.name`, empty for anything else."""
    around = scope.enclosing("class")
    if around is None or not isinstance(node, ast.Attribute) or getattr(node.value, "id", "") not in SELF:
        return ""
    return qualified(module, node.attr, around)
