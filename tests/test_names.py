"""A name says what a thing is: nothing is called `found`, which says only where it came from."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = (ROOT / "lambda_migrate", ROOT / "service_library" / "lambda_migrate_service")
NAMES = frozenset({"found"})


def named(file: Path) -> list[str]:
    """Return where a file gives a variable, a parameter or a field one of these names."""
    source = file.read_text(encoding="utf-8")
    if not any(name in source for name in NAMES):
        return []
    return [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for node in ast.walk(ast.parse(source))
        if (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in NAMES)
        or (isinstance(node, ast.arg) and node.arg in NAMES)
    ]


def test_no_variable_is_called_by_where_it_came_from() -> None:
    files = [file for package in PACKAGES for file in package.rglob("*.py") if "build" not in file.parts]

    assert len(files) > 300  # or the folders have moved
    found_by = named(ROOT / "lambda_migrate" / "triggers" / "kind.py")  # a field: what a kind of trigger is found by
    assert [place for file in files for place in named(file)] == found_by
