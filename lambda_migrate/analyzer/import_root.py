"""Which folder imports begin at, where nobody says so: read off what the file with the adapter imports."""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.adapters import WORDS, Adapter, adapters, calling_function
from lambda_migrate.analyzer.module import Module
from lambda_migrate.analyzer.parsing import parsed
from lambda_migrate.analyzer.tree import is_test

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator


@dataclass(frozen=True, slots=True)
class Candidate:
    """A handler that was found by its adapter.

    Attributes:
        path: its file, relative.
        root: the folder that imports begin at, relative; empty for that of all the code.
        adapter: the adapter, its names as seen from `root`.
    """

    path: str
    root: str
    adapter: Adapter


def candidates(files: Collection[str], read: Callable[[str], bytes]) -> list[Candidate]:
    """Return the adapters of some code that may be behind its handler, one for each handler.

    Args:
        files: every Python file, relative, with forward slashes.
        read: returns the bytes of one of them.
    """
    by_handler: dict[tuple[str, str], Candidate] = {}
    for path in sorted(files):
        source = b"" if is_test(path) else read(path)
        if any(word in source for word in WORDS):
            root = import_root(path, source, files)
            for adapter in adapters(Module(path, source, _dotted(path, root))):
                by_handler.setdefault((path, adapter.handler), Candidate(path, root, adapter))
    return _called_ones(list(by_handler.values()), files, read)


def _called_ones(listed: list[Candidate], files: Collection[str], read: Callable[[str], bytes]) -> list[Candidate]:
    """Leave out adapters that nothing calls, beside one that a function of an event does."""
    if len(listed) > 1 and len({each.path for each in listed}) == 1:
        held = {each.adapter.handler: each for each in listed}
        functions = _functions(listed[0], read(listed[0].path))
        through = [each for name, each in held.items() if name.rpartition(".")[2] in functions]
        private = all(name.rpartition(".")[2].startswith("_") for name, each in held.items() if each not in through)
        return through if len(through) == 1 and private else listed
    if len(listed) == 1:
        return [_seen_from_elsewhere(listed[0], files, read)]
    return listed


def _functions(candidate: Candidate, source: bytes) -> set[str]:
    module = Module(candidate.path, source, _dotted(candidate.path, candidate.root))
    return {function.name for function, scope in module.functions() if scope is module.root}


def _seen_from_elsewhere(only: Candidate, files: Collection[str], read: Callable[[str], bytes]) -> Candidate:
    """Return the only adapter with the handler of another file that imports and calls it, where there is just one."""
    bound = only.adapter.handler.rpartition(".")[2]
    if not bound:
        return only
    callers = []
    for path in sorted(files):
        source = b"" if path == only.path or is_test(path) else read(path)
        if bound.encode() in source and b"event" in source:
            root = import_root(path, source, files)
            module = Module(path, source, _dotted(path, root))
            callers += [(path, root, f"{module.name}.{name}") for name in _calling(module, only, bound)]
    if len(callers) != 1:
        return only
    path, root, handler = callers[0]
    return Candidate(path, root, replace(only.adapter, handler=handler))


def _calling(module: Module, only: Candidate, bound: str) -> Iterator[str]:
    from_there = f"{_dotted(only.path, '').rpartition('.')[2]}.{bound}"
    for name, dotted in module.root.imports.items():
        if f".{dotted}".endswith(f".{from_there}"):
            function = calling_function(module, name)
            if function:
                yield function


def import_root(path: str, source: bytes, files: Iterable[str]) -> str:
    """Return the folder that a file's imports begin at: the one in which most of them are found.

    Where several hold as many, the deepest counts, because what lies beside a file is meant by it. Where none holds
    any, it is `src`, unless that is a package, else the folder of all the code.
    """
    known = set(files)
    folders = {str(parent) for file in known for parent in PurePosixPath(file).parents}
    levels, names = _imports(source)
    parents = [str(parent) for parent in PurePosixPath(path).parents]
    usual = "src" if path.startswith("src/") and "src/__init__.py" not in known else ""
    allowed = [parent for number, parent in enumerate(parents) if number >= levels]
    best, most = usual, 0
    for parent in allowed:
        start = "" if parent == "." else f"{parent}/"
        count = sum(1 for name in names if f"{start}{name}.py" in known or f"{start}{name}" in folders)
        if count > most:
            best, most = start.rstrip("/"), count
    return best


def _imports(source: bytes) -> tuple[int, set[str]]:
    """Return how many packages relative imports go up, and the first names of absolute ones."""
    try:
        tree = parsed(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return 0, set()
    levels, names = 0, set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {each.name.partition(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level:
            levels = max(levels, node.level)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return levels, names - sys.stdlib_module_names


def _dotted(path: str, root: str) -> str:
    parts = PurePosixPath(path).relative_to(root or ".").with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)
