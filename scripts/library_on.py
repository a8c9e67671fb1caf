"""Runs the service library's tests under another Python: `python scripts/library_on.py python3.9 python3.10 …`.

The library runs on Python 3.9 and later, the program beside it on 3.11 and later. So the tests are copied without what
only the program needs, and each interpreter gets what they import in a virtual environment of its own, below
`.interpreters/`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
ENVIRONMENTS = ROOT / ".interpreters"
COPIED = ("tests", "service_library", "lambda_migrate", "templates")
NEEDED = (
    *("pytest", "pytest-timeout", "fastapi", "uvicorn", "httptools", "hypercorn", "gunicorn", "httpx", "mangum"),
    *("boto3", "cryptography", "moto", "jinja2", "pydantic", "PyYAML", "packaging", "typing_extensions"),
)
SETTINGS = """\
[pytest]
addopts = -p no:cacheprovider
timeout = 240
markers =
    sandbox: on an embedded AWS
    processes: starts processes
"""
LONG = "tests/service_library/test_under_load.py"


def environment(interpreter: str) -> Path:
    """Return the Python of an environment for an interpreter; it is made if it is not there."""
    folder = ENVIRONMENTS / Path(interpreter).name
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        subprocess.run([interpreter, "-m", "venv", "--clear", str(folder)], check=True)  # noqa: S603  # the user's own
        quiet = ["--quiet", "--disable-pip-version-check"]
        subprocess.run([str(python), "-m", "pip", "install", *quiet, *NEEDED], check=True)  # noqa: S603  # ours
        (folder / "complete").touch()
    return python


def run(python: Path, folder: Path) -> int:
    """Run the tests, but for the long one under load and those on an embedded AWS; return their exit code."""
    command = [str(python), "-m", "pytest", "-q", "tests/service_library", "-m", "not sandbox", "--deselect", LONG]
    path = f"{folder}:{folder / 'service_library'}"
    environ = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": path}
    return subprocess.run(command, cwd=folder, env=environ, check=False).returncode  # noqa: S603  # ours


def main(interpreters: list[str]) -> int:
    """Run them under each; return the first exit code that is not 0."""
    codes = []
    with tempfile.TemporaryDirectory(prefix="library-") as name:
        folder = Path(name)
        for each in COPIED:
            shutil.copytree(ROOT / each, folder / each, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "tests" / "conftest.py").write_text("", encoding="utf-8")
        (folder / "pytest.ini").write_text(SETTINGS, encoding="utf-8")
        for interpreter in interpreters:
            print(f"== {interpreter}", flush=True)  # what the tests print follows
            codes.append(run(environment(interpreter), folder))
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or [sys.executable]))
