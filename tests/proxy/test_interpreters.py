"""The layer runs on every Python from 3.9 on that is found here."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from lambda_migrate.proxy.layer import build

ROOT = Path(__file__).parents[2]
SERIES = [f"3.{minor}" for minor in range(9, 16)]


def works(command: str, series: str) -> bool:
    """Tell whether a command is that Python: what is on the path may be a switch to a version that is not chosen."""
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run(  # an interpreter found on the path
        [command, "-c", ask], capture_output=True, text=True, check=False, env=chosen(series), timeout=30
    )
    return done.stdout.strip() == series


def chosen(series: str) -> dict[str, str]:
    """Return an environment in which pyenv's switches lead to that version; without pyenv it means nothing."""
    return {**os.environ, "PYENV_VERSION": series, "PYTHONDONTWRITEBYTECODE": "1"}


def interpreters() -> dict[str, str]:
    found = {series: shutil.which(f"python{series}") for series in SERIES}
    usable = {series: command for series, command in found.items() if command and works(command, series)}
    return {f"{sys.version_info.major}.{sys.version_info.minor}": sys.executable, **usable}


def test_the_layer_runs_on_every_interpreter_found(tmp_path: Path) -> None:
    zipfile.ZipFile(io.BytesIO(build().content)).extractall(tmp_path)
    failures = {}
    ran = interpreters()
    for series, command in sorted(ran.items()):
        done = subprocess.run(  # an interpreter found on the path
            [command, "-W", "error", str(Path(__file__).with_name("interpreter_check.py"))],
            cwd=tmp_path,
            env={**chosen(series), "PYTHONPATH": os.pathsep.join([str(tmp_path / "python"), str(ROOT)])},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        if done.returncode:
            failures[series] = done.stderr

    print("ran on Python", ", ".join(sorted(ran)))  # which ones is what a reader wants to know
    assert failures == {}
