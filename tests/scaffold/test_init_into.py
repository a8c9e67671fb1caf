"""`init --into`: one service takes in a second function; what they would need twice is refused."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from tests.scaffold.lifted import PROJECT
from tests.scaffold.lifted import run as ran
from tests.support.screen import call

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.screen import Answer

WEB = """\
import os
from fastapi import FastAPI
from mangum import Mangum
from shared import LEVEL
app = FastAPI()
http = Mangum(app)
@app.get("/{name}")
def answer(): return {{"by": "{name}", "place": os.environ["{variable}"], "level": LEVEL}}
def handler(event, context):
    if "Records" in event:
        return {{"by": "{name}", "function": context.function_name}}
    return http(event, context)
"""
SHARED = "LEVEL = 3\n"
REQUIRED = "fastapi==0.165.0\nmangum==0.22.0\n"
TEMPLATE = """\
Resources:
  It:
    Type: AWS::Serverless::Function
    Properties:
      Handler: {module}.handler
      Runtime: python3.{minor}
      Environment: {{Variables: {{{variables}}}}}
"""


def project(folder: Path, name: str, variables: str, **more: str) -> None:
    files = {
        f"{name}_code.py": WEB.format(name=name, variable=f"{name.upper()}_TABLE"),
        "shared.py": SHARED,
        "requirements.txt": REQUIRED,
        "template.yaml": TEMPLATE.format(module=f"{name}_code", minor=more.pop("minor", "12"), variables=variables),
        **more,
    }
    for path, text in files.items():
        place = folder / name / path.replace("__", ".")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)


def lift(run: Callable[..., Answer], name: str, *more: str) -> Answer:
    return run("-c", f"{name}.yaml", "init", name, "--source", name, "--offline", "--no-git", "--yes", *more)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Answer]:
    monkeypatch.chdir(tmp_path)
    return call


@pytest.fixture
def first(run: Callable[..., Answer], tmp_path: Path) -> Callable[..., Answer]:
    """Lift `orders` into a repository of its own."""
    project(tmp_path, "orders", "ORDERS_TABLE: o, SHARED: s")
    assert lift(run, "orders", "--directory", "service").code == 0
    return run


@pytest.mark.processes
@pytest.mark.long(20)
def test_two_functions_are_served_by_one_service(first: Callable[..., Answer], mypy_cache: str, tmp_path: Path) -> None:
    project(tmp_path, "jobs", "JOBS_TABLE: j, SHARED: s")
    joined = lift(first, "jobs", "--into", "service")
    again = [lift(first, name) for name in ("jobs", "orders")]
    folder = tmp_path / "service"

    assert joined.code == 0
    assert ["\nNothing to write.\n" in each.out or each.out for each in again] == [True, True]
    assert (folder / "Procfile").read_text() == "web: python -m together\n"
    assert 'directory: "service"' in (tmp_path / "jobs.yaml").read_text()
    keys = "LAMBDA_MIGRATE_SIGNING_KEYS_JOBS=secretsmanager:lambda-migrate/jobs/signing-keys\n"
    assert keys in (folder / "environment.defaults").read_text()
    ran(PROJECT, "ruff", "check", "--no-cache", str(folder))
    ran(PROJECT, "ruff", "format", "--no-cache", "--check", str(folder))
    path = f"{PROJECT / 'service_library'}:{PROJECT}"
    told = ran(PROJECT, sys.executable, "-B", "-m", "tests.scaffold.served_together", str(folder), PYTHONPATH=path)
    assert json.loads(told) == {
        "tests": "passed",
        "answers": {
            "/readyz": [200, {"status": "ready"}],
            "/orders": [200, {"by": "orders", "place": "o", "level": 3}],
            "/jobs": [200, {"by": "jobs", "place": "j", "level": 3}],
            "/nowhere": [404, {"detail": "Not Found"}],
        },
        "events": {each: {"by": each, "function": each} for each in ("orders", "jobs")},
    }
    ran(folder, "mypy", "--cache-dir", mypy_cache)


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        (
            {"jobs_code.py": WEB.format(name="orders", variable="JOBS_TABLE")},
            "`GET /orders` of jobs collides with `/orders` of orders",
        ),
        ({"shared.py": "LEVEL = 4\n"}, "jobs and orders have other code under the same name: `shared.py`"),
        ({"minor": "13"}, "jobs runs on Python 3.13, and orders on 3.12"),
        ({"variables": "JOBS_TABLE: j, SHARED: other"}, "jobs and the others have different values of `SHARED`"),
        (
            {"requirements.txt": "fastapi==0.165.0\nmangum==0.21.0\n"},
            "jobs needs `mangum==0.21.0`, and the others have `mangum==0.22.0`",
        ),
        ({"shared/money.py": "A = 1\n"}, "jobs and orders have a module and a package of one name: `shared`"),
        ({"jobs_service.py": "A = 1\n"}, "`jobs_service` is a package of the service, and one in the functions' code"),
        ({"service/a.py": "A = 1\n"}, "`service` is a package of the service, and one in the functions' code"),
        ({"together/a.py": "A = 1\n"}, "`together` is a package of the service, and one in the functions' code"),
    ],
)
def test_what_two_would_need_twice_is_refused_with_both_names(
    changed: dict[str, str], problem: str, first: Callable[..., Answer], tmp_path: Path
) -> None:
    before = {path: path.read_bytes() for path in (tmp_path / "service").rglob("*") if path.is_file()}
    variables = changed.pop("variables", "JOBS_TABLE: j")
    project(tmp_path, "jobs", variables, **changed)
    refused = lift(first, "jobs", "--into", "service")

    assert (refused.code, refused.error) == (1, problem)
    assert {path: path.read_bytes() for path in (tmp_path / "service").rglob("*") if path.is_file()} == before
    assert not (tmp_path / "jobs.yaml").exists()


def test_only_the_repository_of_a_service_takes_a_function_in(run: Callable[..., Answer], tmp_path: Path) -> None:
    project(tmp_path, "jobs", "JOBS_TABLE: j")
    nowhere = lift(run, "jobs", "--into", "nowhere")
    both = lift(run, "jobs", "--into", "a", "--directory", "b")

    assert (nowhere.code, nowhere.error) == (1, "`nowhere` is not the repository of a service")
    assert (both.code, both.error) == (2, "`--into` and `--directory` cannot be combined")


def test_each_function_has_stand_ins_of_its_own(run: Callable[..., Answer], tmp_path: Path) -> None:
    for name, where in (("orders", "--directory"), ("jobs", "--into")):
        project(tmp_path, name, f"{name.upper()}_TABLE: t")
        assert lift(run, name, "--add", "api-destination", where, "service").code == 0

    stand_ins = (tmp_path / "service" / "environment.local").read_text().splitlines()
    assert [line for line in stand_ins if line.startswith("LAMBDA_MIGRATE_")] == [
        "LAMBDA_MIGRATE_SIGNING_KEYS=local:not-a-secret",
        "LAMBDA_MIGRATE_API_KEY=not-a-secret",
        "LAMBDA_MIGRATE_SIGNING_KEYS_JOBS=local:not-a-secret",
        "LAMBDA_MIGRATE_API_KEY_JOBS=not-a-secret",
    ]
