"""What `init` settles besides the repository: where the service runs, and that its secrets are stored."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from lambda_migrate.aws import secrets
from lambda_migrate.sandbox.sample import SOURCE
from tests.support.screen import Answer, call

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lambda_migrate.aws.session import Aws

SECRET = "hunter2-hunter2"
OFFLINE = ("init", "orders", "--source", "code", "--offline", "--no-git")


@pytest.fixture
def code(run: Callable[..., Answer], tmp_path: Path) -> Path:
    return shutil.copytree(SOURCE, tmp_path / "code")


@pytest.fixture
def deployed(
    run: Callable[..., Answer], code: Path, make_function: Callable[..., str], unique: str, aws: Aws
) -> Callable[..., Answer]:
    """Return `init` of a function that has a password."""
    make_function(Environment={"Variables": {"PASSWORD": SECRET}}, Handler="app.main.handler")
    return lambda *more: run("init", unique, "--source", "code", "--no-git", "--yes", *more)


def settings(folder: Path) -> dict[str, Any]:
    said: dict[str, Any] = yaml.safe_load((folder / "migration.yaml").read_text())
    return said


@pytest.mark.processes
def test_init_asks_where_the_service_will_run(code: Path, tmp_path: Path) -> None:
    answer = call(*OFFLINE, typed="url\nhttps://orders.example.com\ny\n")

    assert (answer.code, answer.err.count("Target [url]: ")) == (0, 1)
    service = settings(tmp_path)["service"]
    assert (service["target"], service["url"]) == ({"kind": "url"}, "https://orders.example.com")


@pytest.mark.processes
def test_init_takes_the_target_as_an_option_and_asks_nothing(code: Path, tmp_path: Path) -> None:
    answer = call(*OFFLINE, "--target", "process", typed="y\n")

    assert (answer.code, "Target" in answer.err) == (0, False)
    service = settings(tmp_path)["service"]
    assert (service["target"], service["url"].startswith("http://127.0.0.1:")) == ({"kind": "process"}, True)


def test_a_target_that_does_not_exist_is_refused(code: Path) -> None:
    answer = call(*OFFLINE, typed="fargate\n")

    assert (answer.code, "error: `fargate` is not a target\n" in answer.err) == (2, True)


def test_a_url_that_is_not_one_is_refused_before_anything_is_written(code: Path, tmp_path: Path) -> None:
    answer = call(*OFFLINE, "--url", "orders", "--yes")

    assert (answer.code, answer.error) == (
        2,
        "`--url`: `orders` is not the URL of a service; write it like https://orders.example.com",
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["code"]


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (("--target", "ecs"), "`--target ecs` does not fit `migration.yaml`, which says `process`"),
        (
            ("--url", "https://b.example"),
            "`--url https://b.example` does not fit `migration.yaml`, which says `nothing`",
        ),
    ],
)
def test_options_that_migration_yaml_contradicts_are_refused(
    code: Path, tmp_path: Path, options: tuple[str, str], error: str
) -> None:
    (tmp_path / "migration.yaml").write_text("function: orders\nservice: {target: {kind: process}}\n")

    answer = call(*OFFLINE, *options, "--yes")

    assert (answer.code, answer.error) == (2, error)


@pytest.mark.processes
def test_the_repository_goes_beside_a_repository_that_the_folder_is_in(code: Path, tmp_path: Path) -> None:
    (tmp_path / "inside" / ".git").mkdir(parents=True)
    configuration = tmp_path / "inside" / "migration.yaml"

    answer = call(*OFFLINE, "--yes", "-c", str(configuration))

    assert (answer.code, (tmp_path / "orders-service" / "Procfile").is_file()) == (0, True)
    assert settings(configuration.parent)["service"]["directory"] == "../orders-service"


@pytest.mark.parametrize("store", ["secretsmanager:", "ssm:/"])
def test_secrets_are_stored_once_and_shown_never(
    deployed: Callable[..., Answer], aws: Aws, unique: str, tmp_path: Path, store: str
) -> None:
    reference = f"{store}{unique}/PASSWORD"

    first = deployed("--store-secrets", "--secrets-in", store.partition(":")[0], "--json", "--debug")
    again = deployed("--store-secrets", "--secrets-in", store.partition(":")[0])

    assert (first.code, first.json["data"]["secrets_stored"]) == (0, {reference: "stored"})
    assert (again.code, "was there already, as the function has it" in again.out) == (0, True)
    assert secrets.read(aws, reference) == SECRET
    written = "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".whl")
    assert SECRET not in first.out + first.err + again.out + again.err + written
    assert f"secrets stored: {reference}" in call("history").out


def test_a_secret_that_is_another_one_stays(deployed: Callable[..., Answer], aws: Aws, unique: str) -> None:
    reference = f"secretsmanager:{unique}/PASSWORD"
    secrets.write(aws, reference, "ours")

    answer = deployed("--store-secrets", "--json")

    assert answer.json["data"]["secrets_stored"] == {reference: "other"}
    assert secrets.read(aws, reference) == "ours"


def test_doctor_says_which_secret_is_missing_and_what_stores_it(deployed: Callable[..., Answer], unique: str) -> None:
    deployed("--target", "process")

    before = call("doctor", "--json").json["data"]["checks"]
    deployed("--store-secrets")
    after = call("doctor", "--json").json["data"]["checks"]

    stores = "`lambda-migrate init --store-secrets` stores what is missing, from what the function has"
    missing = {"name": "secrets", "result": "fail", "detail": f"`secretsmanager:{unique}/PASSWORD` does not exist"}
    assert [check for check in before if check["name"] == "secrets"] == [{**missing, "hint": stores}]
    stored = {"name": "secrets", "result": "pass", "detail": "PASSWORD: each is stored", "hint": ""}
    assert [check for check in after if check["name"] == "secrets"] == [stored]


def test_init_ends_with_what_to_type_next(deployed: Callable[..., Answer]) -> None:
    answer = deployed("--target", "process")

    following = ["init --store-secrets", "proxy rotate-key", "service deploy", "doctor"]
    assert [line for line in answer.err.splitlines() if line.startswith("next: ")] == [
        f"next: lambda-migrate {line}" for line in following
    ]
