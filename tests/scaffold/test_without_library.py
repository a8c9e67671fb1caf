"""`service cleanup --eject`: plain Starlette and uvicorn, nothing of ours left, the repository's own checks green."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.errors import GateClosed, MigrateError
from lambda_migrate.scaffold import git, without_library, without_proxy
from tests.scaffold import offline_environment
from tests.scaffold.lifted import Running, environment, lift, run
from tests.scaffold.samples import SAMPLES, Sample
from tests.scaffold.teams import TEAMS
from tests.support.ports import reserved_port
from tests.support.waiting import TIMEOUT

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.sandbox

EJECTED: dict[str, Sample] = {**SAMPLES, "settled": TEAMS["settled"]}
OURS = ("lambda_migrate", "lambda-migrate", "LAMBDA_MIGRATE", "SERVICE_")


def lifted(sample: Sample, folder: Path) -> None:
    lift(sample, folder)
    assert git.commit_all(folder, "sample") == ""


def eject(folder: Path) -> None:
    writes = without_library.plan(folder)
    without_library.write(writes, folder)
    assert git.commit(folder, [each.path for each in writes], "Eject") == ""
    assert run(folder, "git", "status", "--porcelain") == ""


@pytest.mark.parametrize("name", EJECTED)
def test_nothing_of_ours_is_left_and_the_checks_pass(name: str, tmp_path: Path, mypy_cache: str) -> None:
    folder = tmp_path / "repository"
    lifted(EJECTED[name], folder)
    eject(folder)

    words = [part for word in OURS for part in ("-e", word)]
    found = subprocess.run(
        ["git", "grep", *words, "--", ":!MIGRATION.md"], cwd=folder, capture_output=True, check=False
    )
    assert found.stdout == b""
    assert not (folder / "vendor").exists()
    run(folder, "ruff", "check", "--no-cache", ".")
    run(folder, "ruff", "format", "--no-cache", "--check", ".")
    run(folder, "mypy", "--cache-dir", mypy_cache)
    assert "passed" in run(folder, "python", "-m", "pytest", "-q", "-p", "no:cacheprovider", PYTHONPATH="")


@pytest.mark.parametrize("name", ["authorized", "settled"])
def test_the_service_answers_without_the_library(name: str, tmp_path: Path) -> None:
    sample, folder = EJECTED[name], tmp_path / "repository"
    lifted(sample, folder)
    eject(folder)

    log = tmp_path / "service.log"
    with reserved_port() as port, log.open("wb") as output:
        variables = environment(PYTHONPATH="", STAND_INS="environment.local", PORT=str(port), **sample.environment)
        command = [sys.executable, "-m", "service"]
        process = subprocess.Popen(command, cwd=folder, env=variables, stdout=output, stderr=output)
        try:
            running = Running(process, port, log)
            running.wait_for("/readyz", 200)
            answered = running.ask("GET", sample.path)
            process.terminate()
            assert process.wait(TIMEOUT) in (0, -15)  # newer uvicorns end by the signal that they were sent
        finally:
            process.kill()
            process.wait()
    assert answered == (200, sample.answer)


def test_a_clean_clone_passes_its_own_checks_and_tests(tmp_path: Path, mypy_cache: str) -> None:
    lifted(TEAMS["settled"], tmp_path / "repository")
    without_proxy.write(without_proxy.plan(tmp_path / "repository"), tmp_path / "repository")
    assert git.commit(tmp_path / "repository", ["."], "Take the proxy out") == ""
    eject(tmp_path / "repository")
    subprocess.run(["git", "clone", "--quiet", tmp_path / "repository", tmp_path / "clone"], check=True)
    shutil.rmtree(tmp_path / "repository")

    python = offline_environment.python(tmp_path / "python")
    shell = {each: os.environ[each] for each in ("HOME", "PATH") if each in os.environ}
    more = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, "MYPY_CACHE_DIR": mypy_cache}
    command = ["make", "check", "test", f"PYTHON={python}"]
    ran = subprocess.run(command, cwd=tmp_path / "clone", env=shell | more, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"


def test_what_only_the_library_does_keeps_it(tmp_path: Path) -> None:
    lifted(TEAMS["messaging"], tmp_path / "repository")

    with pytest.raises(MigrateError, match=r"the service takes SNS messages, which `lambda_migrate_service\.Sns` does"):
        without_library.plan(tmp_path / "repository")


def test_what_the_user_has_changed_is_named_and_stays(tmp_path: Path) -> None:
    folder = tmp_path / "repository"
    lifted(SAMPLES["plain"], folder)
    for path in ("service/handlers.py", "tests/test_service.py"):
        (folder / path).write_text("# mine\n")

    with pytest.raises(MigrateError, match=r"you have changed `service/handlers.py`, `tests/test_service.py`, which"):
        without_library.plan(folder)


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("service/settings.py", "BASE_PATH = compute()\n", "does not read as `init` wrote it"),
        ("requirements.txt", "uvicorn==0.54.0\n", "names neither fastapi nor starlette"),
        (".lambda-migrate.json", '{"files": {}}', "is not a repository that `init` wrote"),
    ],
)
def test_a_repository_that_cannot_be_read_is_named(tmp_path: Path, path: str, text: str, said: str) -> None:
    lifted(SAMPLES["plain"], tmp_path / "repository")
    (tmp_path / "repository" / path).write_text(text)

    with pytest.raises(MigrateError, match=said):
        without_library.plan(tmp_path / "repository")


def test_start_up_code_that_plain_starlette_would_not_run_keeps_it(tmp_path: Path) -> None:
    folder = tmp_path / "repository"
    lifted(SAMPLES["plain"], folder)
    text = (folder / "service" / "settings.py").read_text()
    (folder / "service" / "settings.py").write_text(text.replace('LIFESPAN = "off"', 'LIFESPAN = "auto"'))
    (folder / "src" / "main.py").write_text("async def app(scope, receive, send): ...\n")
    (folder / "service" / "settings.py").write_text(
        "".join(
            'APP = "main:app"\n' if line.startswith("APP =") else line
            for line in (folder / "service" / "settings.py").read_text().splitlines(keepends=True)
        )
    )

    with pytest.raises(GateClosed) as refused:
        without_library.plan(folder)

    assert (refused.value.gate, refused.value.message) == (
        "own-lifespan",
        "`main:app` is a function: its start-up code is its own, and plain Starlette would not run it",
    )
