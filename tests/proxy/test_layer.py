"""The layer: small, the same every time, and nothing but the standard library inside."""

from __future__ import annotations

import ast
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

from lambda_migrate.proxy.layer import EXECUTABLE, build

RUNTIME = Path(__file__).parents[2] / "lambda_migrate" / "proxy" / "runtime"


def entries() -> list[zipfile.ZipInfo]:
    return zipfile.ZipFile(io.BytesIO(build().content)).infolist()


def test_it_is_the_same_to_the_byte_whenever_it_is_built() -> None:
    first = build()
    for source in RUNTIME.rglob("*.py"):
        os.utime(source)

    assert build() == first
    assert first.handler == "lambda_migrate_proxy.handler"


def test_another_process_with_another_hash_seed_builds_the_same() -> None:
    program = "from lambda_migrate.proxy.layer import build; print(build().sha256)"
    found = {
        subprocess.run(  # the interpreter of these tests
            [sys.executable, "-c", program],
            cwd=RUNTIME.parents[2],
            env={"PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo", "LANG": "C"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }

    assert found == {build().sha256}


def test_it_fits_into_64_kilobytes() -> None:
    assert len(build().content) <= 64 * 1024


def test_it_holds_the_sources_and_nothing_else_readable_by_everyone() -> None:
    found = entries()
    sources = [f"python/lambda_migrate_proxy/{path.relative_to(RUNTIME)}" for path in RUNTIME.rglob("*.py")]

    assert [entry.filename for entry in found] == sorted([*sources, *EXECUTABLE])
    assert {entry.date_time for entry in found} == {(1980, 1, 1, 0, 0, 0)}
    runs = {entry.filename: entry.external_attr >> 16 for entry in found}
    assert {runs.pop(each) for each in EXECUTABLE} == {0o100755}  # scripts that Lambda starts
    assert set(runs.values()) == {0o100644}


def test_it_imports_the_standard_library_and_itself_only_and_itself_by_relation() -> None:
    foreign = set()
    for source in RUNTIME.rglob("*.py"):
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                foreign.update(name.name.partition(".")[0] for name in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                foreign.add((node.module or "").partition(".")[0])

    assert foreign <= set(sys.stdlib_module_names)


def test_building_needs_neither_credentials_nor_the_tools_of_the_command_line() -> None:
    program = (
        "import sys; from lambda_migrate.proxy.layer import build; build();"
        "print([name for name in ('boto3', 'typer', 'rich', 'httpx', 'pydantic', 'yaml') if name in sys.modules])"
    )
    done = subprocess.run(  # the interpreter of these tests
        [sys.executable, "-c", program], cwd=RUNTIME.parents[2], env={}, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"
