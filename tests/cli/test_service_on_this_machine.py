"""`service`, as a person types it, with a process on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambda_migrate.targets import Deployment, State, process
from lambda_migrate.workflow.phases.service import advice
from tests.support.programs import SERVER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from tests.support.screen import Answer

pytestmark = pytest.mark.sandbox


@pytest.fixture
def folder(tmp_path: Path, unique: str) -> Iterator[Path]:
    service = tmp_path / "service"
    service.mkdir()
    (service / "Procfile").write_text("web: python serve.py\n")
    (service / "serve.py").write_text(SERVER)
    text = f"function: {unique}\nservice: {{target: {{kind: process, wait: 10s}}}}\n"
    (tmp_path / "migration.yaml").write_text(text)
    yield tmp_path
    process.stop(deployment(tmp_path, unique), 0.1)


def deployment(folder: Path, name: str) -> Deployment:
    return Deployment(name, folder / "service", folder / ".lambda-migrate" / "service")


def test_it_is_deployed_looked_at_read_and_stopped(run: Callable[..., Answer], folder: Path, aws: Aws) -> None:
    absent = run("service", "status")
    deployed = run("service", "deploy", "--yes", "--json")
    state = deployed.json["data"]["state"]
    status = run("service", "status")
    logs = run("service", "logs")
    stopped = run("service", "stop", "--yes", "--endpoint-url", "http://127.0.0.1:9")  # AWS is gone, and not asked

    assert absent.code == 3
    assert (deployed.code, state["condition"]) == (0, "healthy")
    assert status.out == f"healthy: process {state['facts']['pid']} takes requests\n{state['url']}\n"
    assert logs.out == "listening on 127.0.0.1\n"
    assert (stopped.code, stopped.out) == (0, "The service is stopped.\n")
    assert run("service", "status").code == 3


def test_it_says_what_to_write_into_the_configuration(run: Callable[..., Answer], folder: Path, aws: Aws) -> None:
    deployed = run("service", "deploy", "--yes")

    assert (
        "Say so in migration.yaml, so that the proxy finds it:\n\n  service:\n    url: http://127.0.0.1:"
        in deployed.out
    )


def test_behind_a_certificate_the_name_that_aws_gives_is_no_name_for_the_proxy() -> None:
    state = State("healthy", "", url="https://orders-1.eu-west-1.elb.amazonaws.com")

    told = advice(None, state)

    assert "Point a name that the certificate is for at orders-1.eu-west-1.elb.amazonaws.com, and say so" in told
    assert f"url: {state.url}" not in told
    assert advice("https://orders.example.com", state) == ""


def test_what_never_starts_is_an_error_with_its_last_words(run: Callable[..., Answer], folder: Path, aws: Aws) -> None:
    (folder / "service/serve.py").write_text("raise SystemExit('no DATABASE_URL')\n")

    deployed = run("service", "deploy", "--yes")

    assert deployed.code == 1
    assert "error: the service is absent: no process runs; the log" in deployed.err
    assert "no DATABASE_URL" in deployed.err


def test_a_process_keeps_no_earlier_deployment(run: Callable[..., Answer], folder: Path, aws: Aws) -> None:
    assert run("service", "rollback").code == 2


def test_a_pipeline_cannot_deploy_to_this_machine(run: Callable[..., Answer], folder: Path, aws: Aws) -> None:
    answer = run("pipeline", "deploy", "--dry-run")

    assert answer.code == 3
    assert "a pipeline cannot deploy to `process`" in answer.out + answer.err
    assert run("pipeline", "status").code == 3
