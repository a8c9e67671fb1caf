"""The layer runs on every Python from 3.9 on that is found here."""

from __future__ import annotations

import io
import json
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


def run_on_each(folder: Path, script: str, *arguments: str) -> dict[str, subprocess.CompletedProcess[str]]:
    """Run a script beside this file on every interpreter found, with the layer unpacked in the folder."""
    zipfile.ZipFile(io.BytesIO(build().content)).extractall(folder)
    ran = {
        series: subprocess.run(  # an interpreter found on the path
            [command, "-W", "error", str(Path(__file__).with_name(script)), *arguments],
            cwd=folder,
            env={**chosen(series), "PYTHONPATH": os.pathsep.join([str(folder / "python"), str(ROOT)])},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        for series, command in sorted(interpreters().items())
    }
    print("ran on Python", ", ".join(ran))  # which ones is what a reader wants to know
    return ran


def test_the_layer_runs_on_every_interpreter_found(tmp_path: Path) -> None:
    ran = run_on_each(tmp_path, "interpreter_check.py")

    assert {series: done.stderr for series, done in ran.items() if done.returncode} == {}


def test_every_interpreter_makes_the_same_of_every_event_and_answer(tmp_path: Path) -> None:
    ran = run_on_each(tmp_path, "interpreter_outcomes.py", str(ROOT.parent / "shared" / "events"))

    assert {series: done.stderr for series, done in ran.items() if done.returncode} == {}
    outcomes = {series: json.loads(done.stdout) for series, done in ran.items()}
    ours = outcomes[f"{sys.version_info.major}.{sys.version_info.minor}"]
    assert len(set(ours.values())) > 40
    assert {
        f"{series} {name}" for series, found in outcomes.items() for name in ours if found.get(name) != ours[name]
    } == set()
