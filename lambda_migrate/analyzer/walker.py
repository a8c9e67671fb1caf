"""One pass over a syntax tree that files what rules ask for: calls, strings, names and where they are bound."""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.analyzer.scopes import (
    SELF,
    Scope,
    ScopeKind,
    absolute_name,
    defaults,
    injected,
    is_main_guard,
    is_typing_guard,
    last_name,
    parameters,
    plain_annotation,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


@dataclass(frozen=True, slots=True)
class ImportStatement:
    """One imported name: `module` is the dotted module, `attribute` the name taken from it (may be a submodule)."""

    module: str
    attribute: str
    node: ast.stmt
    guarded: bool


@dataclass(slots=True)
class Index:
    """What one walk over a module filed, each node beside the scope it is evaluated in."""

    root: Scope = field(default_factory=lambda: Scope("module", None, None))
    calls: dict[str, list[tuple[ast.Call, Scope]]] = field(default_factory=lambda: defaultdict(list))
    attributes: dict[str, list[tuple[ast.Attribute, Scope]]] = field(default_factory=lambda: defaultdict(list))
    strings: list[tuple[ast.Constant, Scope]] = field(default_factory=list)
    nodes: dict[type[ast.AST], list[tuple[Any, Scope]]] = field(default_factory=lambda: defaultdict(list))
    imports: list[ImportStatement] = field(default_factory=list)
    stars: list[str] = field(default_factory=list)
    inner: dict[int, Scope] = field(default_factory=dict)
    awaited: set[int] = field(default_factory=set)


FILED = frozenset(
    {
        ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Delete, ast.Dict, ast.For, ast.Global, ast.If, ast.IfExp,
        ast.JoinedStr, ast.Match, ast.Raise, ast.Return, ast.Subscript, ast.While, ast.Yield, ast.comprehension,
    }
)  # fmt: skip
NOT_NODES = frozenset(
    {"ctx", "op", "ops", "id", "attr", "asname", "kind", "type_comment", "level", "conversion", "is_async", "simple"}
)
IMPORT_ERRORS = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
# A test on one of these says whether the import beside it can succeed.
IMPORT_GATES = frozenset({"version_info", "hexversion", "platform", "find_spec", "PY2", "PY3"})


def _node_fields(kind: type[object]) -> tuple[str, ...]:
    # Fields hold other things beside nodes (a missing key, a name in a pattern), which have no fields themselves.
    return tuple(name for name in reversed(getattr(kind, "_fields", ())) if name not in NOT_NODES)


class Walker:
    """Walks a tree without recursion, so that no depth of nesting can end it."""

    def __init__(self, package: Sequence[str]) -> None:
        self.package = tuple(package)
        self.index = Index()
        self.scope = self.index.root
        self.stack: list[ast.AST] = []
        self.waiting: list[tuple[Scope, Iterable[ast.AST]]] = []
        self.guarded: set[int] = set()
        self.fields: dict[type[ast.AST], tuple[str, ...]] = {}

    def walk(self, tree: ast.Module) -> Index:
        """File the whole module and return the index."""
        self.waiting.append((self.index.root, tree.body))
        visitors = self._visitors
        while self.waiting:
            self.scope, body = self.waiting.pop()
            stack = self.stack = [*body][::-1]
            while stack:
                node = stack.pop()
                visitors.get(node.__class__, Walker._children)(self, node)
        return self.index

    def _children(self, node: ast.AST) -> None:
        kind = node.__class__
        names = self.fields.get(kind)
        if names is None:
            names = self.fields[kind] = _node_fields(kind)
        if kind in FILED:
            self.index.nodes[kind].append((node, self.scope))
        stack = self.stack
        for name in names:
            value = getattr(node, name, None)
            if value.__class__ is list:
                stack += value[::-1]
            elif value is not None:
                stack.append(value)

    def _name(self, node: ast.Name) -> None:
        if node.ctx.__class__ is not ast.Load:
            self.scope.bind(node.id, None)

    def _constant(self, node: ast.Constant) -> None:
        if node.value.__class__ is str:
            self.index.strings.append((node, self.scope))

    def _attribute(self, node: ast.Attribute) -> None:
        self.index.attributes[node.attr].append((node, self.scope))
        self.stack.append(node.value)

    def _call(self, node: ast.Call) -> None:
        callee = node.func
        name: str = getattr(callee, "attr", None) or getattr(callee, "id", None) or ""
        self.index.calls[name].append((node, self.scope))
        stack = self.stack
        if node.keywords:
            stack += [keyword.value for keyword in node.keywords]
        stack += node.args
        stack.append(callee)

    def _expression_statement(self, node: ast.Expr) -> None:
        # A string that stands alone is documentation: no rule about strings means it.
        if node.value.__class__ is not ast.Constant:
            self.stack.append(node.value)

    def _assign(self, node: ast.Assign) -> None:
        self.index.nodes[ast.Assign].append((node, self.scope))
        self.stack.append(node.value)
        for target in node.targets:
            self._bind_target(target, node.value)

    def _annotated_assign(self, node: ast.AnnAssign) -> None:
        self.index.nodes[ast.AnnAssign].append((node, self.scope))
        self.stack.append(node.annotation)
        if node.value is not None:
            self.stack.append(node.value)
            self._bind_target(node.target, node.value)

    def _named_expression(self, node: ast.NamedExpr) -> None:
        self.stack.append(node.value)
        self._bind_target(node.target, node.value)

    def _with_item(self, node: ast.withitem) -> None:
        self.stack.append(node.context_expr)
        if node.optional_vars is not None:
            self._bind_target(node.optional_vars, node.context_expr)

    def _bind_target(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            # `SessionDep = Annotated[Session, Depends(get_session)]` is another name of the type.
            self.scope.bind(target.id, plain_annotation(value) if value.__class__ is ast.Subscript else value)
            return
        self.stack.append(target)
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id in SELF:
            around = self.scope.enclosing("class")
            if around is not None:
                around.bind(target.attr, value, self.scope)

    def _awaited(self, node: ast.Await) -> None:
        self.index.awaited.add(id(node.value))
        self.stack.append(node.value)

    def _global_statement(self, node: ast.Global) -> None:
        self.index.nodes[ast.Global].append((node, self.scope))
        if self.scope is not self.index.root:
            self.scope.global_names.update(node.names)

    def _conditional(self, node: ast.If) -> None:
        self.index.nodes[ast.If].append((node, self.scope))
        imports = [inner for inner in (*node.body, *node.orelse) if _is_import(inner)]
        if imports and IMPORT_GATES.intersection(last_name(part) for part in ast.walk(node.test)):
            self._guard(imports)
        self.stack += node.orelse[::-1]
        # Neither Lambda nor a server runs a module as the main program, and type checkers run nothing.
        if is_typing_guard(node.test):
            self._names_of_types(node.body)
        elif not is_main_guard(node.test):
            self.stack += node.body[::-1]
        self.stack.append(node.test)

    def _names_of_types(self, statements: Sequence[ast.stmt]) -> None:
        """Bind what is imported for annotations only, so that a parameter's type is known; it is never followed."""
        for statement in statements:
            if isinstance(statement, ast.ImportFrom):
                base = absolute_name(self.package, statement.level, statement.module or "")
                for alias in statement.names:
                    self.scope.imports.setdefault(alias.asname or alias.name, f"{base}.{alias.name}")

    def _attempt(self, node: ast.Try | ast.TryStar) -> None:
        self.index.nodes[ast.Try].append((node, self.scope))
        forgiving = [handler for handler in node.handlers if IMPORT_ERRORS.intersection(_caught(handler))]
        if any(not isinstance(handler.body[-1], ast.Raise) for handler in forgiving):
            # What is imported instead, or only when the first import worked, may be missing as well.
            self._guard([*node.body, *(inner for handler in forgiving for inner in handler.body), *node.orelse])
        self._children(node)

    def _with(self, node: ast.With) -> None:
        for item in node.items:
            call = item.context_expr
            suppresses = isinstance(call, ast.Call) and last_name(call.func) == "suppress"
            if suppresses and IMPORT_ERRORS.intersection(last_name(argument) for argument in call.args):  # type: ignore[attr-defined]
                self._guard(node.body)
        self._children(node)

    def _guard(self, statements: Iterable[ast.stmt]) -> None:
        """Note that imports below the statements need not succeed."""
        nested = (inner for statement in statements for inner in ast.walk(statement))
        self.guarded.update(id(inner) for inner in nested if _is_import(inner))

    def _handler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self.scope.bind(node.name, None)
        self._children(node)

    def _import_statement(self, node: ast.Import) -> None:
        for alias in node.names:
            first = alias.name.split(".", 1)[0]
            self.scope.imports[alias.asname or first] = alias.name if alias.asname else first
            self.index.imports.append(ImportStatement(alias.name, "", node, id(node) in self.guarded))

    def _import_from(self, node: ast.ImportFrom) -> None:
        base = absolute_name(self.package, node.level, node.module or "")
        for alias in node.names:
            self.index.imports.append(ImportStatement(base, alias.name, node, id(node) in self.guarded))
            if alias.name == "*":
                self.index.stars.append(base)
            else:
                self.scope.imports[alias.asname or alias.name] = f"{base}.{alias.name}" if base else alias.name

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        inner = self._open("async" if isinstance(node, ast.AsyncFunctionDef) else "function", node)
        self.index.nodes[node.__class__].append((node, self.scope))
        self.scope.bind(node.name, node)
        self.stack += node.decorator_list
        if node.returns is not None:
            self.stack.append(node.returns)
        self._parameters(node.args, inner)
        self.waiting.append((inner, node.body))

    def _anonymous(self, node: ast.Lambda) -> None:
        inner = self._open("lambda", node)
        self._parameters(node.args, inner)
        self.waiting.append((inner, [node.body]))

    def _class_statement(self, node: ast.ClassDef) -> None:
        inner = self._open("class", node)
        self.index.nodes[ast.ClassDef].append((node, self.scope))
        self.scope.bind(node.name, node)
        self.stack += [*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords)]
        self.waiting.append((inner, node.body))

    def _open(self, kind: ScopeKind, node: ast.AST) -> Scope:
        inner = self.index.inner[id(node)] = Scope(kind, node, self.scope)
        return inner

    def _parameters(self, arguments: ast.arguments, inner: Scope) -> None:
        defaulted = dict(defaults(arguments))
        self.stack += defaulted.values()
        for parameter in parameters(arguments):
            given_by = [injected(node) for node in (defaulted.get(parameter.arg), parameter.annotation) if node]
            makers = [maker for maker in given_by if maker is not None]
            if parameter.annotation is not None:
                self.stack.append(parameter.annotation)
                makers.insert(0, plain_annotation(parameter.annotation))
            for maker in makers:
                inner.bind(parameter.arg, ast.Call(func=maker, args=[], keywords=[]), self.scope)
            if not makers:
                inner.bind(parameter.arg, None)

    _visitors: ClassVar[dict[type[ast.AST], Callable[[Walker, Any], None]]] = {
        ast.Name: _name,
        ast.Constant: _constant,
        ast.Attribute: _attribute,
        ast.Call: _call,
        ast.Expr: _expression_statement,
        ast.Assign: _assign,
        ast.AnnAssign: _annotated_assign,
        ast.NamedExpr: _named_expression,
        ast.withitem: _with_item,
        ast.Await: _awaited,
        ast.Global: _global_statement,
        ast.If: _conditional,
        ast.Try: _attempt,
        ast.TryStar: _attempt,
        ast.With: _with,
        ast.ExceptHandler: _handler,
        ast.Import: _import_statement,
        ast.ImportFrom: _import_from,
        ast.FunctionDef: _function,
        ast.AsyncFunctionDef: _function,
        ast.Lambda: _anonymous,
        ast.ClassDef: _class_statement,
    }


def _is_import(node: ast.AST) -> bool:
    return isinstance(node, (ast.Import, ast.ImportFrom))


def _caught(handler: ast.ExceptHandler) -> list[str]:
    if handler.type is None:
        return ["BaseException"]
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return [last_name(kind) for kind in kinds]
