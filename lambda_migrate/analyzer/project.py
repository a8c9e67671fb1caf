"""What is known of all analysed modules together: who imports what from where, and which names come from outside."""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.adapters import Adapter, adapters
from lambda_migrate.analyzer.importing import ImportPaths, added_roots, dynamic_imports, imported_names
from lambda_migrate.analyzer.suppressions import Suppression, suppressions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lambda_migrate.analyzer.distributions import Requirements
    from lambda_migrate.analyzer.findings import Fact
    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.scopes import Scope

LONGEST_REEXPORT = 12


@dataclass(frozen=True, slots=True)
class Report:
    """Everything kept of one module after its syntax tree is gone.

    Attributes:
        path: file, relative.
        name: dotted name.
        line_count: number of lines.
        imports: every import as `(dotted module, attribute)`.
        aliases: top-level name to the dotted name it was imported from.
        values: top-level name, or `function()`, to what it is assigned from or returns.
        stars: modules that star imports take everything from.
        dynamic: first import that only running the code can tell, as `path:line`; empty if there is none.
        roots: folders it puts on the import path.
        adapters: adapters between Lambda and an application.
        suppressions: its `allow` comments.
        facts: rule code to facts.
    """

    path: str
    name: str
    line_count: int
    imports: tuple[tuple[str, str], ...]
    aliases: Mapping[str, str]
    values: Mapping[str, str]
    stars: tuple[str, ...]
    dynamic: str
    roots: tuple[str, ...]
    adapters: tuple[Adapter, ...]
    suppressions: tuple[Suppression, ...]
    facts: Mapping[str, tuple[Fact, ...]]


def _is_standard(dotted: str) -> bool:
    return dotted.partition(".")[0] in sys.stdlib_module_names


def _origins(report: Report | None, first: str) -> list[str]:
    """Return what a module's top-level name, or the result of calling it, may be assigned or imported from."""
    if report is None:
        return []
    bare = first.removesuffix("()")
    if first in report.values:
        return [report.values[first]]
    if bare in report.values or bare in report.aliases:
        return [report.values.get(bare, report.aliases.get(bare, "")) + first[len(bare) :]]
    return [f"{star}.{first}" for star in report.stars if not _is_standard(star)]


def report(module: Module, facts: Mapping[str, tuple[Fact, ...]]) -> Report:
    """Return what is kept of a module."""
    dynamic = next(dynamic_imports(module), None)
    root = module.root
    return Report(
        path=module.path,
        name=module.name,
        line_count=module.line_count,
        imports=tuple(dict.fromkeys(imported_names(module))),
        aliases=dict(root.imports),
        values=_values(module),
        stars=tuple(module.index.stars),
        dynamic=f"{module.path}:{dynamic.lineno}" if dynamic else "",
        roots=tuple(dict.fromkeys(added_roots(module))),
        adapters=tuple(adapters(module)),
        suppressions=suppressions(module),
        facts=facts,
    )


def _values(module: Module) -> dict[str, str]:
    values = {}
    for name, assigned in module.root.assigned.items():
        for value, where in assigned:
            if isinstance(value, ast.expr):
                dotted = module.resolve(value, where)
                if dotted and name not in values:
                    values[name] = dotted
    given: list[tuple[ast.Return | ast.Yield, Scope]] = [*module.of(ast.Return), *module.of(ast.Yield)]
    for statement, scope in given:
        function = scope.node
        named = isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) and scope.parent is module.root
        if named and statement.value is not None:
            dotted = module.resolve(statement.value, scope)
            if dotted:
                values.setdefault(f"{function.name}()", dotted)  # type: ignore[union-attr]
    return values


@dataclass(slots=True)
class Project:
    """All analysed modules, for the rules that conclude from them together.

    Attributes:
        reports: the modules, ordered by path.
        handler: the configured handler, `module.function`; None when none is.
        handler_path: its file, empty when it was not found.
        requirements: what is declared, None when no declaration was found.
        vendored: top-level names of packages installed beside the code.
        layers: top-level import name to the layer that holds it.
        paths: where imports are looked up.
        whole_tree: why every file was read instead of what the handler imports; empty if it was not.
        rule_names: every code and name a comment may allow.
        python: version that the function runs on; empty where nobody knows.
    """

    reports: Sequence[Report]
    handler: str | None = None
    handler_path: str = ""
    requirements: Requirements | None = None
    vendored: frozenset[str] = frozenset()
    compiled: frozenset[str] = frozenset()
    layers: Mapping[str, str] = field(default_factory=dict)
    paths: ImportPaths = field(default_factory=lambda: ImportPaths(()))
    whole_tree: str = ""
    rule_names: frozenset[str] = frozenset()
    python: str = ""
    by_name: dict[str, Report] = field(init=False)

    def __post_init__(self) -> None:
        # A file may be imported under several names, one for each folder on the import path above it.
        self.by_name = {}
        for report in self.reports:
            for name in self.paths.names_of(report.path):
                self.by_name.setdefault(name, report)
        self.by_name.update({report.name: report for report in self.reports})

    def names(self, dotted: str) -> Iterator[str]:
        """Return every name that `dotted` goes by: its own, where it was imported from, and what it is assigned from.

        `app.api.settings.is_lambda` is followed through `from app.config import settings` and
        `settings = Settings()` to `app.config.Settings().is_lambda`.
        """
        seen: set[str] = set()
        waiting = [dotted]
        while waiting and len(seen) < LONGEST_REEXPORT:
            report, parts = self._split(waiting.pop(0))
            dotted = ".".join([report.name, *parts] if report else parts)
            if dotted and dotted not in seen:
                seen.add(dotted)
                yield dotted
                waiting += (".".join([origin, *parts[1:]]) for origin in _origins(report, parts[0]))

    def _split(self, dotted: str) -> tuple[Report | None, list[str]]:
        parts = dotted.split(".")
        for cut in range(len(parts) - 1, 0, -1):
            module = self.by_name.get(".".join(parts[:cut]))
            if module is not None:
                return module, parts[cut:]
        return None, parts

    def is_local(self, dotted: str, importer: str) -> bool:
        """Return whether a dotted name is imported from the analysed folder itself."""
        first = dotted.partition(".")[0]
        return self.paths.holds(dotted, importer) or any(name.partition(".")[0] == first for name in self.compiled)

    def location(self, dotted: str) -> str:
        """Return a dotted name of a project's object as `module:attribute`, empty when no analysed module holds it."""
        report, parts = self._split(dotted)
        return f"{report.name}:{'.'.join(parts)}" if report else ""
