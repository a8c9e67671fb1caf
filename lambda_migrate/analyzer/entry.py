"""Finds where the function starts: the configured handler's file, or the one adapter in the folder."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.adapters import Adapter
from lambda_migrate.analyzer.import_root import candidates
from lambda_migrate.analyzer.reading import source_of
from lambda_migrate.analyzer.tree import is_test

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_migrate.analyzer.importing import ImportPaths
    from lambda_migrate.analyzer.tree import SourceTree

WSGI_PLUGIN_HANDLER = "wsgi_handler.handler"
WSGI_PLUGIN_FILE = ".serverless-wsgi"


@dataclass(frozen=True, slots=True)
class Deployed:
    """How the code is deployed, as far as somebody knows.

    Attributes:
        python: version that the function runs on, `3.12`; empty where nobody knows.
        begin: folder, relative to the analysed one, that imports begin at; empty for that itself.
        provided: top-level import names of code that is deployed with it and lies elsewhere.
    """

    python: str = ""
    begin: str = ""
    provided: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """Where following imports begins.

    Attributes:
        handler: the handler, `module.function`; None when there is none to follow.
        path: its file, empty when it was not found.
        reason: why every file has to be read instead; empty when the entry was found.
        adapter: the adapter that a deployment plugin puts around the code, which no call in the code shows.
    """

    handler: str | None
    path: str = ""
    reason: str = ""
    adapter: Adapter | None = None


def find_entry(tree: SourceTree, paths: ImportPaths, handler: str | None) -> EntryPoint:
    """Return where the function starts.

    Lambda imports the handler's module with slashes read as dots, so `src/app.handler` is `src.app`.
    """
    if handler is None:
        return _only_adapter(tree, paths)
    dotted = handler.replace("/", ".")
    module = dotted.rpartition(".")[0]
    files = paths.locate(module) or _anywhere(paths, module)
    if files:
        return EntryPoint(dotted, files[-1])
    plugin = _wsgi_plugin(tree.root, paths) if dotted == WSGI_PLUGIN_HANDLER else None
    return plugin or EntryPoint(dotted, reason=f"the handler `{handler}` was not found")


def _anywhere(paths: ImportPaths, module: str) -> list[str]:
    """Look for the handler below the folder: the code of a repository is often in a folder of its own."""
    if not module:
        return []
    relative = module.replace(".", "/")
    ends = (f"/{relative}.py", f"/{relative}/__init__.py")
    roots = {path[: -len(end)] for path in paths.files for end in ends if path.endswith(end) and not is_test(path)}
    if len(roots) != 1:
        return []
    paths.add_root(roots.pop())
    return paths.locate(module)


def _only_adapter(tree: SourceTree, paths: ImportPaths) -> EntryPoint:
    if "src" in paths.folders and "src/__init__.py" not in paths.files:
        paths.add_root("src")
    behind = candidates(tree.files, lambda path: source_of(tree.root / path).content)
    if len(behind) == 1 and behind[0].adapter.handler:
        paths.begin_at(behind[0].root)
        return EntryPoint(behind[0].adapter.handler, behind[0].path)
    several = "several adapters were found and " if len(behind) > 1 else ""
    return EntryPoint(None, reason=f"{several}no handler is configured")


def _wsgi_plugin(root: Path, paths: ImportPaths) -> EntryPoint | None:
    try:
        configured = json.loads((root / WSGI_PLUGIN_FILE).read_text(encoding="utf-8"))
        module, _, attribute = str(configured["app"]).rpartition(".")
    except (OSError, ValueError, KeyError, TypeError):
        return None
    files = paths.locate(module.replace("/", "."))
    if not files:
        return None
    adapter = Adapter("serverless-wsgi", files[-1], 1, WSGI_PLUGIN_HANDLER, f"{module.replace('/', '.')}.{attribute}")
    return EntryPoint(WSGI_PLUGIN_HANDLER, files[-1], adapter=replace(adapter, framework="flask"))
