"""Which names are bound where, and what the shapes of statements mean for that."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ScopeKind = Literal["module", "class", "function", "async", "lambda"]
Value = tuple[ast.AST | None, "Scope"]
SELF = frozenset({"self", "cls"})


class Scope:
    """Names bound in one module, class, function or lambda.

    Attributes:
        kind: what opened the scope; `async` is an `async def`.
        node: the definition that opened it, None for the module.
        parent: the scope around it.
        at_import: whether its code runs when the module is imported.
        imports: bound name to the dotted name it was imported from.
        assigned: bound name to the values assigned to it, None for a value that cannot be told.
        global_names: names declared `global` here.
    """

    __slots__ = ("assigned", "at_import", "global_names", "imports", "kind", "node", "parent")

    def __init__(self, kind: ScopeKind, node: ast.AST | None, parent: Scope | None) -> None:
        self.kind: ScopeKind = kind
        self.node = node
        self.parent = parent
        self.at_import: bool = kind == "module" or (kind == "class" and parent is not None and parent.at_import)
        self.imports: dict[str, str] = {}
        self.assigned: dict[str, list[Value]] = {}
        self.global_names: set[str] = set()

    @property
    def root(self) -> Scope:
        """The module's scope."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def bind(self, name: str, value: ast.AST | None, where: Scope | None = None) -> None:
        """Record that `name` is bound to `value`, whose own names are looked up in `where`."""
        owner = self.root if name in self.global_names else self
        owner.assigned.setdefault(name, []).append((value, where or self))

    def owner(self, name: str) -> Scope | None:
        """Return the scope that binds `name` as seen from here, None for a builtin or unknown name."""
        scope: Scope | None = self
        while scope is not None:
            visible = scope is self or scope.kind != "class"
            if visible and name not in scope.global_names and (name in scope.imports or name in scope.assigned):
                return scope
            scope = scope.parent
        return None

    def enclosing(self, *kinds: ScopeKind) -> Scope | None:
        """Return the nearest scope, this one included, of one of the kinds."""
        scope: Scope | None = self
        while scope is not None and scope.kind not in kinds:
            scope = scope.parent
        return scope


def parameters(arguments: ast.arguments) -> list[ast.arg]:
    """Return every parameter of a function, positional ones first."""
    extra = [parameter for parameter in (arguments.vararg, arguments.kwarg) if parameter is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *extra]


def defaults(arguments: ast.arguments) -> Iterator[tuple[str, ast.expr]]:
    """Return the default value of each parameter that has one."""
    positional = [*arguments.posonlyargs, *arguments.args]
    first = len(positional) - len(arguments.defaults)
    yield from ((each.arg, value) for each, value in zip(positional[first:], arguments.defaults, strict=False))
    named = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=False)
    yield from ((each.arg, value) for each, value in named if value is not None)


def injected(node: ast.expr) -> ast.expr | None:
    """Return the function whose result `Depends(function)` or `Annotated[type, Depends(function)]` injects."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple):
        parameters = (injected(item) for item in node.slice.elts if isinstance(item, ast.Call))
        return next((each for each in parameters if each is not None), None)
    if isinstance(node, ast.Call) and node.args and last_name(node.func) in {"Depends", "Security"}:
        return node.args[0]
    return None


def plain_annotation(annotation: ast.expr) -> ast.expr:
    """Return the type itself of `Annotated[type, …]`, any other annotation unchanged."""
    if isinstance(annotation, ast.Subscript) and last_name(annotation.value) == "Annotated":
        inside = annotation.slice
        return inside.elts[0] if isinstance(inside, ast.Tuple) and inside.elts else annotation
    return annotation


def absolute_name(package: Sequence[str], level: int, module: str) -> str:
    """Return the absolute dotted name of a `from` import seen in `package`, empty when it leaves the tree."""
    if level == 0:
        return module
    kept = len(package) - (level - 1)
    if kept < 0:
        return ""
    return ".".join((*package[:kept], *([module] if module else [])))


def is_main_guard(test: ast.expr) -> bool:
    """Return whether the test is `__name__ == "__main__"`."""
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], ast.Eq):
        return False
    sides = (test.left, *test.comparators)
    names = any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides)
    return names and any(isinstance(side, ast.Constant) and side.value == "__main__" for side in sides)


def is_typing_guard(test: ast.expr) -> bool:
    """Return whether the test is `TYPE_CHECKING`, by any import of it."""
    return "TYPE_CHECKING" in (getattr(test, "id", ""), getattr(test, "attr", ""))


def last_name(node: ast.AST) -> str:
    """Return the last part of a name or attribute, empty for anything else."""
    return str(getattr(node, "attr", None) or getattr(node, "id", None) or "")
