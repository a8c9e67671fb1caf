"""One Python file as rules see it: parsed from its bytes, indexed, names resolved through imports and assignments."""

from __future__ import annotations

import ast
import builtins
import gc
import io
import platform
import sys
import tokenize
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar, cast

from lambda_migrate.analyzer.findings import Fact
from lambda_migrate.analyzer.parsing import parsed
from lambda_migrate.analyzer.scopes import SELF, Scope
from lambda_migrate.analyzer.walker import ImportStatement, Index, Walker

if TYPE_CHECKING:
    from collections.abc import Iterator

Node = TypeVar("Node", bound=ast.AST)
Located = ast.expr | ast.stmt | ast.excepthandler | ast.arg | ast.keyword | ast.alias
BUILTINS = frozenset(dir(builtins))
LONGEST_LINE = 300
LONGEST_CHAIN = 60
UNKNOWN = object()
PYTHON = ".".join(platform.python_version_tuple()[:2])


@dataclass(frozen=True, slots=True)
class SourceError:
    """Why a file could not be parsed, and where."""

    message: str
    line: int
    column: int


class Module:
    """A parsed file. A file that cannot be parsed is an empty module with an `error`.

    Attributes:
        path: file, relative to the analysed folder, with forward slashes.
        name: dotted name under which it is imported.
        source: its bytes.
        entry: name of the handler when this is the handler's module, else empty.
        index: what the walk over its tree filed.
        error: why it could not be parsed.
    """

    def __init__(
        self, path: str, source: bytes, name: str, *, entry: str = "", error: SourceError | None = None
    ) -> None:
        self.path = path
        self.name = name
        self.source = source
        self.entry = entry
        self.error = error
        is_package = path.rpartition("/")[2] == "__init__.py"
        parts = name.split(".") if name else []
        self._resolved: dict[int, str] = {}
        # Kept, because the index tells nodes by identity.
        self.tree = self._parse(source)
        self.index: Index = Walker(parts if is_package else parts[:-1]).walk(self.tree)

    @property
    def root(self) -> Scope:
        """The module's own scope."""
        return self.index.root

    @property
    def imports(self) -> list[ImportStatement]:
        """Every import that runs, inside functions too."""
        return self.index.imports

    @property
    def strings(self) -> list[tuple[ast.Constant, Scope]]:
        """Every string that is not documentation, with its scope."""
        return self.index.strings

    @cached_property
    def line_count(self) -> int:
        """Number of lines."""
        return self.source.count(b"\n") + (not self.source.endswith(b"\n") and bool(self.source))

    @cached_property
    def lines(self) -> list[bytes]:
        """The lines in UTF-8 without their ends, split and offset as the syntax tree counts them."""
        return decoded(self.source).encode("utf-8", "surrogatepass").splitlines()

    def _parse(self, source: bytes) -> ast.Module:
        try:
            return parsed(source, self.path)
        except SyntaxError as error:
            reason = f"{error.msg or 'invalid syntax'} (read by Python {PYTHON})"
            self.error = SourceError(reason, max(error.lineno or 1, 1), max(error.offset or 1, 1))
        except (ValueError, RecursionError, MemoryError, OverflowError) as error:
            self.error = SourceError(str(error) or type(error).__name__, 1, 1)
        return ast.Module(body=[], type_ignores=[])

    def mentions(self, *words: bytes) -> bool:
        """Return whether the bytes hold one of the words: the cheap question before the exact one."""
        source = self.source
        for word in words:  # noqa: SIM110  # asked a hundred times per file: a generator would cost more than the search
            if word in source:
                return True
        return False

    def release(self) -> None:
        """Give up the syntax tree at once: scopes point at each other, and would wait for the garbage collector."""
        for scope in (self.root, *self.index.inner.values()):
            scope.assigned.clear()
            scope.parent = None

    def of(self, kind: type[Node]) -> list[tuple[Node, Scope]]:
        """Return the filed nodes of one type, each with its scope."""
        return cast("list[tuple[Node, Scope]]", self.index.nodes.get(kind, []))

    def calls(self, *names: str) -> list[tuple[ast.Call, Scope]]:
        """Return the calls whose callee's last name is one of `names`."""
        calls = self.index.calls
        return [call for name in names for call in calls.get(name, ())]

    def all_calls(self) -> Iterator[tuple[ast.Call, Scope]]:
        """Return every call with its scope."""
        for calls in self.index.calls.values():
            yield from calls

    def attributes(self, *names: str) -> list[tuple[ast.Attribute, Scope]]:
        """Return the attribute accesses by one of the names."""
        attributes = self.index.attributes
        return [attribute for name in names for attribute in attributes.get(name, ())]

    def functions(self) -> list[tuple[ast.FunctionDef | ast.AsyncFunctionDef, Scope]]:
        """Return every `def` and `async def` with the scope it stands in."""
        return [*self.of(ast.FunctionDef), *self.of(ast.AsyncFunctionDef)]

    def inside(self, node: ast.AST) -> Scope:
        """Return the scope that a function, class or lambda opens."""
        return self.index.inner[id(node)]

    def awaited(self, node: ast.AST) -> bool:
        """Return whether the expression is awaited where it stands."""
        return id(node) in self.index.awaited

    def line_text(self, line: int) -> str:
        """Return one source line, from 1, cut after 300 characters; empty beyond the end."""
        if not 1 <= line <= len(self.lines):
            return ""
        # kept with every fact: lines that repeat are kept once
        return sys.intern(self.lines[line - 1].decode("utf-8", "replace").rstrip()[:LONGEST_LINE])

    def snippet(self, node: Located, limit: int = 60) -> str:
        """Return the source of a node as one short line, for messages."""
        if node.end_lineno is None or node.end_col_offset is None or node.lineno > len(self.lines):
            return ""
        end = node.end_col_offset if node.end_lineno == node.lineno else None
        whole = self.lines[node.lineno - 1][node.col_offset : end].decode("utf-8", "replace").strip()
        cut = end is None or len(whole) > limit
        return f"{whole[:limit].rstrip()}…" if cut else whole

    def fact(self, node: Located, message: str = "", *, kind: str = "finding", value: str = "") -> Fact:
        """Return a fact about a node.

        Args:
            node: what it is about.
            message: what to report, for a fact that is a finding by itself.
            kind: `finding`, or a word the rule's `conclude` knows.
            value: what the rule joins facts by.
        """
        end = node.end_lineno if isinstance(node, ast.expr) and node.end_lineno else node.lineno
        return self.fact_at(node.lineno, node.col_offset, message, end_line=end, kind=kind, value=value)

    def fact_at(
        self, line: int, offset: int, message: str, *, end_line: int = 0, kind: str = "finding", value: str = ""
    ) -> Fact:
        """Return a fact about a place: `line` from 1, `offset` in bytes from 0."""
        before = self.lines[line - 1][:offset] if 1 <= line <= len(self.lines) else b""
        column = len(before.decode("utf-8", "replace")) + 1
        return Fact(self.path, line, column, end_line or line, self.line_text(line), message, kind, value)

    def resolve(self, node: ast.AST, scope: Scope, *, hops: int = 3, keep_own: bool = False) -> str:
        """Return the dotted name an expression stands for, empty when it cannot be told.

        A call is written with `()`, so that a name assigned from `boto3.client("s3")` resolves to `boto3.client()`
        and a method on it to `boto3.client().put_object`. Names of this module begin with its own dotted name.

        Args:
            node: a name, attribute, call or await.
            scope: where it is evaluated.
            hops: through how many assignments to look.
            keep_own: name this module's own top-level names instead of what they are assigned from.
        """
        suffix: list[str] = []
        for _ in range(LONGEST_CHAIN):
            if isinstance(node, ast.Attribute):
                held = self._held_by_self(node, scope) if hops else None
                if held is not None:
                    base = self.resolve(held[0], held[1], hops=hops - 1, keep_own=keep_own)
                    return base + "".join(reversed(suffix)) if base else ""
                suffix.append(f".{node.attr}")
                node = node.value
            elif isinstance(node, ast.Call):
                suffix.append("()")
                node = node.func
            elif isinstance(node, ast.Await):
                node = node.value
            else:
                break
        if not isinstance(node, ast.Name):
            return ""
        base = self._resolve_name(node.id, scope, hops, keep_own=keep_own)
        return base + "".join(reversed(suffix)) if base else ""

    def resolved(self, call: ast.Call, scope: Scope) -> str:
        """Return what `resolve` says of a call's callee, remembered: several rules ask about every call."""
        dotted = self._resolved.get(id(call))
        if dotted is None:
            dotted = self._resolved[id(call)] = self.resolve(call.func, scope)
        return dotted

    def _resolve_name(self, name: str, scope: Scope, hops: int, *, keep_own: bool) -> str:
        owner = scope.owner(name)
        if owner is None:
            if name in BUILTINS or not self.index.stars:
                return name
            stars = [star for star in self.index.stars if star.partition(".")[0] not in sys.stdlib_module_names]
            # Of several, only the project knows which one brings the name.
            return f"{(stars or self.index.stars)[0] if len(stars) < 2 else self.name}.{name}"  # noqa: PLR2004  # one
        if name in owner.imports:
            return owner.imports[name]
        own = f"{self.name}.{name}" if owner is self.root else ""
        if own and keep_own:
            return own
        for value, where in owner.assigned[name]:
            if value is not None and hops:
                dotted = self.resolve(value, where, hops=hops - 1, keep_own=keep_own)
                if dotted:
                    return dotted
        return own

    def _held_by_self(self, node: ast.Attribute, scope: Scope) -> tuple[ast.AST, Scope] | None:
        if not isinstance(node.value, ast.Name) or node.value.id not in SELF:
            return None
        around = scope.enclosing("class")
        if around is None:
            return None
        known = ((value, where) for value, where in around.assigned.get(node.attr, ()) if value is not None)
        return next(known, None)

    def values(self, node: ast.AST, scope: Scope) -> list[tuple[ast.AST, Scope]]:
        """Return what an expression may be: itself, or for a name the values assigned to it."""
        if isinstance(node, ast.Name):
            owner = scope.owner(node.id)
            assigned = owner.assigned.get(node.id, []) if owner else []
            return [(value, where) for value, where in assigned if value is not None]
        if isinstance(node, ast.Attribute):
            held = self._held_by_self(node, scope)
            return [held] if held else [(node, scope)]
        return [(node, scope)]

    def literal(self, node: ast.AST | None, scope: Scope, depth: int = 8) -> object:
        """Return the constant, list, tuple or set of constants an expression is, `UNKNOWN` for anything else."""
        if depth == 0 or node is None:
            return UNKNOWN
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            items = [self.literal(item, scope, depth - 1) for item in node.elts]
            return UNKNOWN if UNKNOWN in items else tuple(items)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return _sum(self.literal(node.left, scope, depth - 1), self.literal(node.right, scope, depth - 1))
        known = self.values(node, scope) if isinstance(node, ast.Name) else []
        return self.literal(known[0][0], known[0][1], depth - 1) if len(known) == 1 else UNKNOWN


def _sum(left: object, right: object) -> object:
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    return (*left, *right) if isinstance(left, tuple) and isinstance(right, tuple) else UNKNOWN


def decoded(source: bytes) -> str:
    """Return the text of a source file in its declared encoding, without a byte order mark."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
        return source.decode(encoding, "replace")
    except (SyntaxError, LookupError):
        return source.decode("utf-8", "replace")


@contextmanager
def collection_paused() -> Iterator[None]:
    """Pause the cyclic garbage collector, which finds nothing in syntax trees and costs a fifth of the parsing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
