"""How long a file and a function may be: as long as one takes in at once."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROGRAM = sorted(path for path in (ROOT / "lambda_migrate").rglob("*.py") if "_templates" not in path.parts)
LIBRARY = sorted((ROOT / "service_library" / "lambda_migrate_service").rglob("*.py"))
TESTS = sorted(path for path in (ROOT / "tests").rglob("*.py") if "golden" not in path.parts)

LONGEST_FILE = 330
LONGEST_BODY = 40
"""Lines of a function below its docstring: options and what they mean are as many as there are."""


def test_no_file_grows_long() -> None:
    files = [*PROGRAM, *LIBRARY, *TESTS]
    lengths = {str(path.relative_to(ROOT)): len(path.read_bytes().splitlines()) for path in files}

    assert min(len(PROGRAM), len(LIBRARY), len(TESTS)) > 50  # or the folders have moved
    assert {path: length for path, length in lengths.items() if length > LONGEST_FILE} == {}


def bodies(source: str) -> dict[str, int]:
    """Return how many lines each function has below its docstring, by its name and first line."""
    lengths = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[1:2] if ast.get_docstring(node) else node.body
            lengths[f"{node.name}:{node.lineno}"] = int(node.end_lineno or 0) - first[0].lineno + 1 if first else 0
    return lengths


def test_no_function_grows_long() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {name} has {length} lines"
        for path in (*PROGRAM, *LIBRARY)
        for name, length in bodies(path.read_text(encoding="utf-8")).items()
        if length > LONGEST_BODY
    ]

    assert long == []


def test_the_docstring_of_a_function_does_not_make_it_long() -> None:
    text = '"""Two\n    lines."""\n    one = 1\n    return one\n'

    assert bodies(f"def it(\n    a: int,\n) -> int:\n    {text}") == {"it:1": 2}
