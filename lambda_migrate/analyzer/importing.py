"""Where an import leads: from dotted names to files, and which imports cannot be told without running the code."""

from __future__ import annotations

import ast
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.scopes import absolute_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.scopes import Scope

IMPORTERS = frozenset({"importlib.import_module", "import_module", "__import__", "importlib.__import__"})
FINDERS = frozenset({"pkgutil.walk_packages", "pkgutil.iter_modules", "runpy.run_module", "runpy.run_path"})


class ImportPaths:
    """The folders that imports are looked up in, and the files found there.

    Attributes:
        roots: folders on the import path, relative; the analysed folder itself is the empty one.
        package: name of the analysed folder if it is a package, else empty.
    """

    def __init__(self, files: Iterable[str], roots: Iterable[str] = ("",), *, folder: str = "") -> None:
        self.files = frozenset(files)
        # A folder that is a package itself is imported by its own name.
        self.package = folder if "__init__.py" in self.files else ""
        self.folders = frozenset(str(parent) for path in self.files for parent in PurePosixPath(path).parents)
        self.roots = list(dict.fromkeys(roots))

    def add_root(self, folder: str) -> None:
        """Put one more folder on the import path."""
        if folder not in self.roots:
            self.roots.append(folder)

    def begin_at(self, folder: str) -> None:
        """Look in one folder first, because Lambda imports from there."""
        self.roots = list(dict.fromkeys([folder, *self.roots]))

    def name_of(self, path: str) -> str:
        """Return the dotted name under which a file is imported."""
        return self.names_of(path)[0]

    def names_of(self, path: str) -> list[str]:
        """Return every dotted name of a file, the one below the deepest folder on the import path first."""
        if self.package and path == "__init__.py":
            return [self.package]
        inside = [root for root in self.roots if not root or path.startswith(f"{root}/")]
        names = []
        for root in sorted(inside, key=len, reverse=True) or [""]:
            parts = PurePosixPath(path[len(root) :].lstrip("/")).with_suffix("").parts
            names.append(".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts))
        return [*names, f"{self.package}.{names[-1]}"] if self.package else names

    def locate(self, dotted: str, importer: str = "") -> list[str]:
        """Return the files that importing a dotted name runs, packages first; empty when it is not in the folder.

        Args:
            dotted: absolute name of a module or package.
            importer: file that imports it; the folders above it that are not packages are tried as well.
        """
        first, _, below = dotted.partition(".")
        if first == self.package:
            inside = self._locate_in("", below) if below else []
            return ["__init__.py", *inside] if inside is not None else []
        for root in [*self.roots, *self._above(importer)]:
            files = self._locate_in(root, dotted)
            if files is not None:
                self.add_root(root)
                return files
        return []

    def holds(self, dotted: str, importer: str = "") -> bool:
        """Return whether the first part of a dotted name is in the folder, if only as a namespace."""
        first = dotted.partition(".")[0]
        return (first == self.package != "") or any(
            _join(root, f"{first}.py") in self.files or _join(root, first) in self.folders
            for root in [*self.roots, *self._above(importer)]
        )

    def beside(self, name: str, importer: str) -> str:
        """Return the folder of a file that imports `name` if it is there too, empty if it is not."""
        folder = str(PurePosixPath(importer).parent)
        there = _join(folder, f"{name}.py") in self.files or _join(folder, name) in self.folders
        return folder if there and folder != "." else ""

    def _above(self, importer: str) -> list[str]:
        parents = [str(parent) for parent in PurePosixPath(importer).parents] if importer else []
        known = [parent for parent in parents if parent != "."]
        return [parent for parent in known if _join(parent, "__init__.py") not in self.files]

    def _locate_in(self, root: str, dotted: str) -> list[str] | None:
        if not dotted:
            return None
        files: list[str] = []
        folder = root
        *packages, last = dotted.split(".")
        for package in packages:
            folder = _join(folder, package)
            initial = _join(folder, "__init__.py")
            if initial in self.files:
                files.append(initial)
            elif folder not in self.folders:
                return None
        module, initial = _join(folder, f"{last}.py"), _join(folder, last, "__init__.py")
        if initial in self.files:
            return [*files, initial]
        return [*files, module] if module in self.files else None


def imported_names(module: Module) -> Iterator[tuple[str, str]]:
    """Return every import of a module as `(dotted module, attribute)`; the attribute may be a submodule."""
    for statement in module.imports:
        yield statement.module, statement.attribute
    for call, scope in _importing_calls(module):
        name = _literal_target(module, call, scope)
        if name:
            yield name, ""
    if module.path.endswith("__init__.py"):
        for value, where in module.root.assigned.get("__all__", ()):
            listed = module.literal(value, where)
            if isinstance(listed, tuple):
                yield from ((module.name, name) for name in listed if isinstance(name, str))


def dynamic_imports(module: Module) -> Iterator[ast.Call]:
    """Return the calls that import something only running the code can tell."""
    for call, scope in _importing_calls(module):
        if not _literal_target(module, call, scope):
            yield call
    for call, scope in module.calls("walk_packages", "iter_modules", "run_module", "run_path"):
        if module.resolve(call.func, scope) in FINDERS:
            yield call


def added_roots(module: Module) -> Iterator[str]:
    """Return folders, relative to the analysed one, that a module puts on `sys.path` by a literal name."""
    for call, scope in module.calls("insert", "append", "extend"):
        if module.resolve(call.func, scope) not in {"sys.path.insert", "sys.path.append", "sys.path.extend"}:
            continue
        folder = PurePosixPath(module.path).parent
        for node in ast.walk(call):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield _normal(str(folder / node.value))
                yield _normal(node.value)


def _importing_calls(module: Module) -> Iterator[tuple[ast.Call, Scope]]:
    for call, scope in module.calls("import_module", "__import__"):
        if module.resolve(call.func, scope) in IMPORTERS:
            yield call, scope


def _literal_target(module: Module, call: ast.Call, scope: Scope) -> str:
    first = call.args[0] if call.args else next((item.value for item in call.keywords if item.arg == "name"), None)
    name = module.literal(first, scope)
    if not isinstance(name, str):
        return ""
    bare = name.lstrip(".")
    is_package = module.path.endswith("__init__.py")
    package = module.name.split(".") if is_package else module.name.split(".")[:-1]
    return absolute_name(package, len(name) - len(bare), bare)


def _join(*parts: str) -> str:
    return "/".join(part for part in parts if part and part != ".")


def _normal(path: str) -> str:
    kept: list[str] = []
    for part in PurePosixPath(path.lstrip("/")).parts:
        if part == "..":
            if not kept:
                return ""
            kept.pop()
        elif part != ".":
            kept.append(part)
    return "/".join(kept)
