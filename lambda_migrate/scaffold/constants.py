"""Tells what an expression is without running it: constants of any module, and the function's own environment."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from lambda_migrate.analyzer.parsing import parsed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_DEEPEST = 20
_ASKING = ("os.environ.get", "environ.get", "os.getenv", "getenv")
_ENVIRONMENT = ("os.environ", "environ")
_MANGUM_TEXT = "DEFAULT_TEXT_MIME_TYPES"
_MANGUM_TEXT_TYPES = (
    *("text/", "application/json", "application/javascript", "application/xml"),
    *("application/vnd.api+json", "application/vnd.oai.openapi"),
)
"""What Mangum answers as text unless told otherwise (mangum.adapter.DEFAULT_TEXT_MIME_TYPES)."""


class Unknown(Exception):
    """Only running the code can tell."""


class Constants:
    """The constants of some modules.

    Args:
        sources: Files by path.
        environment: The function's variables, for what is read from there.
    """

    def __init__(self, sources: Mapping[str, bytes], environment: Mapping[str, str]) -> None:
        self._sources = sources
        self._environment = environment
        self._trees: dict[str, ast.Module] = {}

    def value(self, expression: str, path: str) -> Any:
        """Return what an expression in a file is.

        Raises:
            Unknown: Only running the code can tell.
        """
        try:
            return self._value(ast.parse(expression.strip(), mode="eval").body, path, _DEEPEST)
        except (SyntaxError, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            raise Unknown from error

    def _value(self, node: ast.expr, path: str, depth: int) -> Any:  # noqa: PLR0911  # one for each kind of node
        if depth == 0:
            raise Unknown
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            return list(self._items(node, path, depth))
        if isinstance(node, ast.Dict):
            return self._mapping(node, path, depth)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self._value(node.left, path, depth - 1) + self._value(node.right, path, depth - 1)
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            values = [self._value(each, path, depth - 1) for each in node.values]
            return next((value for value in values if value), values[-1])
        if isinstance(node, ast.JoinedStr):
            return "".join(self._text(each, path, depth) for each in node.values)
        if isinstance(node, (ast.Call, ast.Subscript)):
            return self._read(node, path, depth)
        if isinstance(node, (ast.Name, ast.Attribute)):
            return self._named(ast.unparse(node).split("."), path, depth)
        raise Unknown

    def _items(self, node: ast.List | ast.Tuple | ast.Set, path: str, depth: int) -> Iterator[Any]:
        for each in node.elts:
            if isinstance(each, ast.Starred):
                yield from self._value(each.value, path, depth - 1)
            else:
                yield self._value(each, path, depth - 1)

    def _mapping(self, node: ast.Dict, path: str, depth: int) -> dict[Any, Any]:
        entries: dict[Any, Any] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            known = self._value(value, path, depth - 1)
            entries |= known if key is None else {self._value(key, path, depth - 1): known}
        return entries

    def _text(self, node: ast.expr, path: str, depth: int) -> str:
        if isinstance(node, ast.FormattedValue):
            if node.format_spec or node.conversion != -1:
                raise Unknown
            return str(self._value(node.value, path, depth - 1))
        return str(self._value(node, path, depth - 1))

    def _read(self, node: ast.Call | ast.Subscript, path: str, depth: int) -> Any:
        """Return what is read from the environment, or made by ``dict`` or ``split``."""
        if isinstance(node, ast.Subscript):
            if ast.unparse(node.value) in _ENVIRONMENT:
                return self._variable(self._value(node.slice, path, depth - 1))
            return self._value(node.value, path, depth - 1)[self._value(node.slice, path, depth - 1)]
        called = ast.unparse(node.func)
        given = [self._value(each, path, depth - 1) for each in node.args]
        if any(each.arg is None for each in node.keywords):
            raise Unknown
        named = {str(each.arg): self._value(each.value, path, depth - 1) for each in node.keywords}
        if called in _ASKING and given:
            return self._variable(*given, *([named["default"]] if "default" in named else []))
        if called == "dict" and not given:
            return named
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("split", "strip", "lower", "rstrip", "lstrip"):
            return getattr(str(self._value(node.func.value, path, depth - 1)), node.func.attr)(*given, **named)
        raise Unknown

    def _variable(self, name: str, *default: Any) -> Any:
        if name in self._environment:
            return self._environment[name]
        if not default:
            raise Unknown
        return default[0]

    def _named(self, parts: list[str], path: str, depth: int) -> Any:
        if depth == 0:
            raise Unknown
        tree = self._tree(path)
        bound = list(_bindings(tree.body, parts[0]))
        if len(bound) != 1:
            raise Unknown
        (binding,) = bound
        if isinstance(binding, ast.ClassDef) and len(parts) > 1 and not binding.bases and not binding.decorator_list:
            inside = list(_bindings(binding.body, parts[1]))
            if len(inside) == 1 and isinstance(inside[0], ast.expr) and len(parts) == 2:  # noqa: PLR2004  # class.name
                return self._value(inside[0], path, depth - 1)
        elif isinstance(binding, ast.expr) and len(parts) == 1:
            return self._value(binding, path, depth - 1)
        elif isinstance(binding, (ast.Import, ast.ImportFrom)):
            return self._imported(binding, parts, path, depth)
        raise Unknown

    def _imported(self, node: ast.Import | ast.ImportFrom, parts: list[str], path: str, depth: int) -> Any:
        if isinstance(node, ast.Import):
            whole = next(each for each in node.names if (each.asname or each.name.split(".")[0]) == parts[0])
            dotted = whole.name.split(".") if whole.asname else []
            names = [*dotted, *(parts[1:] if dotted else parts)]
        else:
            alias = next(each for each in node.names if (each.asname or each.name) == parts[0])
            if alias.name == _MANGUM_TEXT and node.module and node.module.startswith("mangum"):
                return list(_MANGUM_TEXT_TYPES)
            package = path.split("/")[: -node.level] if node.level else []
            names = [*package, *(node.module.split(".") if node.module else []), alias.name, *parts[1:]]
        for split in range(len(names) - 1, 0, -1):
            for file in ("/".join(names[:split]) + ".py", "/".join(names[:split]) + "/__init__.py"):
                if file in self._sources:
                    return self._named(names[split:], file, depth - 1)
        raise Unknown

    def _tree(self, path: str) -> ast.Module:
        if path not in self._trees:
            if path not in self._sources:
                raise Unknown
            self._trees[path] = parsed(self._sources[path])
        return self._trees[path]


def _bindings(body: list[ast.stmt], name: str) -> Iterator[ast.AST]:
    """Yield what a name is bound to in some statements and in the branches below them; functions are left alone."""
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield from [node] if node.name == name else []
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from [node] if any((each.asname or each.name.split(".")[0]) == name for each in node.names) else []
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            yield from _assigned(node, name)
        else:
            inside = [each for field in ("body", "orelse", "finalbody") for each in getattr(node, field, ())]
            branches = [each for field in ("handlers", "cases") for each in getattr(node, field, ())]
            yield from _bindings([*inside, *(each for branch in branches for each in branch.body)], name)


def _assigned(node: ast.Assign | ast.AnnAssign | ast.AugAssign, name: str) -> Iterator[ast.AST]:
    """Yield the value that a statement gives a name; the statement itself where it is not as plain as that."""
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        if any(isinstance(each, ast.Name) and each.id == name for each in ast.walk(target)):
            plain = isinstance(target, ast.Name) and not isinstance(node, ast.AugAssign)
            yield node.value if plain and node.value is not None else node
