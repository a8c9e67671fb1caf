"""No function, class or constant is left that nothing uses but itself, or its tests."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
PACKAGES = (ROOT / "lambda_migrate", ROOT / "service_library" / "lambda_migrate_service")

CALLED_BY_OTHERS = frozenset(
    {
        "EVENT_SOURCES",  # read from the module by TriggerKind.of
        "PARKS",  # as above
        "_proc_gnusparse_10",  # tarfile's, overridden
        "_proc_sparse",
        "do_GET",  # http.server's hooks
        "do_POST",
        "handle_error",
        "log_message",
        "redirect_request",  # urllib's hook
        "signatures",  # part of what the library offers: the extension of a service's author
    }
)


def sources() -> list[Path]:
    """Return the code that is ours to run; the demo's application is a user's."""
    files = [file for package in PACKAGES for file in sorted(package.rglob("*.py"))]
    return [file for file in files if not {"orders", "build", "_templates"} & set(file.parts)]


def defined(tree: ast.Module) -> Iterator[str]:
    """Yield what a module defines; what a decorator takes is called by whoever the decorator is of."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            plain = {"property", "cached_property", "staticmethod", "classmethod", "dataclass", "runtime_checkable"}
            names = {re.split(r"[(.]", ast.unparse(each))[0] for each in node.decorator_list}
            if names <= plain and not node.name.startswith("__"):
                yield node.name
    for statement in tree.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        yield from (each.id for each in targets if isinstance(each, ast.Name) and not each.id.startswith("__"))


def words(text: str) -> list[str]:
    return re.findall(r"\w+", re.sub(r'"""[\s\S]*?"""', "", text))


def test_nothing_is_defined_that_nothing_uses() -> None:
    files = sources()
    templates = [file for file in (ROOT / "templates").rglob("*") if file.is_file()]
    used = Counter(word for file in (*files, *templates) for word in words(file.read_text(encoding="utf-8")))

    assert len(files) > 300  # or the folders have moved
    assert [
        f"{file.relative_to(ROOT)}: {name}"
        for file in files
        for name in defined(ast.parse(file.read_bytes()))
        if used[name] == 1 and name not in CALLED_BY_OTHERS
    ] == []
