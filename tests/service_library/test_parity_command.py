"""The command that asks both, and prints what differs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

LIBRARY = Path(__file__).parents[2] / "service_library"
MAIN = """
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route
from mangum import Mangum
import os
app = Starlette(routes=[Route("/", lambda request: JSONResponse(sorted(os.environ["WORDS"].split())))])
handler = Mangum(app, lifespan="off")
"""
COMPOSED = """
from lambda_migrate_service import ErrorBoundary, Lifespan, Readiness, Service
from lambda_migrate_service.testing import Recorder
def build(variables, code):
    readiness = Readiness()
    lifespan = Lifespan(code.app, "off", [], readiness)
    app = code.app if variables["WORDS"] == "b a" else Recorder()
    return Service(ErrorBoundary(app), lifespan, readiness, [], 1)
"""
SETTINGS = """
from pathlib import Path
from lambda_migrate_service import Function
FUNCTION = Function("orders", "eu-west-1", "123456789012", 512, 10.0)
SOURCE = Path(__file__).parent.parent / "src"
HANDLER, APP, BASE_PATH = "code.handler", "code:app", ""
"""


@pytest.mark.parametrize(("words", "ended"), [("b a", 0), ("c", 1)])
def test_the_command_prints_what_differs(tmp_path: Path, words: str, ended: int) -> None:
    for path, text in (
        ("environment.local", f"WORDS={words}\n"),
        ("src/code.py", MAIN),
        ("service/__init__.py", ""),
        ("service/main.py", COMPOSED),
        ("service/settings.py", SETTINGS),
    ):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    command = [sys.executable, "-B", "-m", "lambda_migrate_service.testing", "service"]
    measured = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(LIBRARY), **measured}
    ran = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (ended, "")
    first, *_, last = ran.stdout.splitlines()
    assert (first, last) == (
        ("same    200 GET /", "2 events, 0 answered differently")
        if ended == 0
        else ("differs 200 GET /", "2 events, 2 answered differently")
    )
