"""The function's code is imported as Lambda did: its folder first on the path, and as the working directory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

LIBRARY = Path(__file__).parents[2] / "service_library"
SCRIPT = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from lambda_migrate_service import load
lifted = load(Path(sys.argv[2]), sys.argv[3], sys.argv[4])
again = load(Path(sys.argv[2]), sys.argv[3], sys.argv[4])
print(lifted.app, lifted.handler(1, None), os.getcwd() == os.path.realpath(sys.argv[2]), sys.path.count(sys.argv[2]))
"""
CODE = """
WORDS = open("words.txt").read().strip()
class api:
    app = f"the application, {WORDS}"
def make():
    return "made"
def handler(event, context):
    return event + 1
"""


@pytest.mark.parametrize(
    ("handler", "app", "printed"),
    [
        ("web/main.handler", "web.main:api.app", "the application, hello 2 True 1"),
        ("web.main.handler", "web.main:make()", "made 2 True 1"),
    ],
)
def test_code_is_imported_from_its_folder(tmp_path: Path, handler: str, app: str, printed: str) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "main.py").write_text(CODE)
    (tmp_path / "words.txt").write_text("hello\n")
    command = [sys.executable, "-B", "-c", SCRIPT, str(LIBRARY), str(tmp_path), handler, app]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.stdout.strip(), ran.returncode) == (printed, 0), ran.stderr
