"""From nothing to a service's repository: the sandbox, and `init` against it."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
import yaml

from lambda_migrate.aws.session import Aws
from lambda_migrate.sandbox.callers_by_role import SCHEDULE
from lambda_migrate.sandbox.embedded_aws import EmbeddedAws
from lambda_migrate.sandbox.sample import SOURCE
from lambda_migrate.sandbox.unkindness import Unkindness
from tests.scaffold.packages import MAIN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.support.screen import Answer

pytestmark = pytest.mark.sandbox


@pytest.fixture
def sandbox(run: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Start a sandbox by the command, export what it says, and stop it again."""
    answer = run("sandbox", "up", "--json")
    try:
        environment: dict[str, str] = answer.json["data"]["environment"]
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        yield environment
    finally:
        run("sandbox", "down")


def test_the_sandbox_is_found_again_and_stopped(run: Callable[..., Answer], sandbox: dict[str, str]) -> None:
    unset = "unset AWS_PROFILE AWS_DEFAULT_PROFILE LAMBDA_MIGRATE_PROFILE  # a profile would come before what follows\n"
    exports = unset + "".join(f"export {name}={value}\n" for name, value in sandbox.items())

    assert run("sandbox", "status").out == exports
    assert run("sandbox", "up").out == exports
    assert run("inspect", "orders", "--json").json["data"]["inventory"]["function"]["name"] == "orders"
    assert run("sandbox", "down").out == f"Stopped what ran at {sandbox['AWS_ENDPOINT_URL']}.\n"
    assert run("sandbox", "down").out == "Nothing runs in `.lambda-migrate/sandbox`.\n"
    assert run("sandbox", "status", "--json").json["data"] == {"running": False}


def test_a_sandbox_is_as_unkind_as_it_is_told(run: Callable[..., Answer]) -> None:
    try:
        refused = run("sandbox", "up", "--empty", "--unkind", "alias_lagg")
        started = run("sandbox", "up", "--empty", "--unkind", "alias_lag=500ms", "--unkind", "load-balancer=9")
        shown = run("sandbox", "status", "--json").json["data"]
        changed = run("sandbox", "up", "--unkind", "versions_kept")
        late = run("sandbox", "up", "--unkind", "callers_by_role")
    finally:
        run("sandbox", "down")

    nearest = "error: the sandbox has no unkindness `alias_lagg`\n\nhint: did you mean `alias_lag`?\n"
    assert (refused.code, refused.err) == (2, nearest)
    settings = [f"# unkind: {line}" for line in Unkindness(alias_lag=0.5, load_balancer=9).lines()]
    told = [line for line in started.out.splitlines() if line.startswith("#")]
    assert told == [*settings, f"# the load balancer is {shown['load_balancer']}"]
    assert settings[0].startswith("# unkind: alias_lag=0.5s: for so long after UpdateAlias")
    assert shown["unkindness"] == {"alias_lag": 0.5, "load_balancer": 9}
    assert changed.out.splitlines()[-1].startswith("# unkind: versions_kept=2: ")
    assert (late.code, late.err.splitlines()[0]) == (
        2,
        "error: `callers_by_role` holds from the start of a sandbox on",
    )


def test_the_sample_function_has_callers_by_role_where_it_is_told(
    run: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    try:
        started = run("sandbox", "up", "--unkind", "callers_by_role", "--json").json["data"]
        for name, value in started["environment"].items():
            monkeypatch.setenv(name, value)
        aws = Aws(region="us-east-1", endpoint_url=started["endpoint_url"])
        schedule = aws.call("scheduler", "get_schedule", Name=f"orders{SCHEDULE}")["Target"]["Arn"]
    finally:
        run("sandbox", "down")

    assert schedule.endswith(f":function:{started['function']}")


def test_init_writes_a_repository_and_the_configuration(
    run: Callable[..., Answer], sandbox: dict[str, str], tmp_path: Path
) -> None:
    shown = run("init", "orders", "--dry-run")
    untouched = sorted(path.name for path in tmp_path.iterdir())
    refused = run("init", "orders")
    made = run("init", "orders", "--yes", "--json")
    again = run("init", "--yes")

    assert untouched == [".lambda-migrate"]
    assert shown.out.endswith(" to create, 0 to update, 0 to remove, 0 kept (edited by you), 0 unchanged.\n")
    assert "SESSION_SECRET  secretsmanager:orders/SESSION_SECRET" in shown.out
    assert refused.code == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == [".lambda-migrate", "migration.yaml", "service"]
    data = made.json["data"]
    assert (data["application"], data["handler"]) == ("app.main:app", "app.main.handler")
    assert data["files"]["src/app/main.py"] == "created"
    assert (tmp_path / "service/src/app/main.py").read_bytes() == (SOURCE / "app/main.py").read_bytes()
    assert yaml.safe_load((tmp_path / "migration.yaml").read_text())["function"] == "orders"
    assert "not-a-real-secret" not in made.out + shown.out + (tmp_path / "migration.yaml").read_text()
    commits = subprocess.run(
        ["git", "log", "--format=%s"], cwd=tmp_path / "service", capture_output=True, text=True, check=True
    )
    assert commits.stdout == "Lift orders off Lambda, its code unchanged\n"
    assert again.out.endswith(" unchanged.\nNothing to write.\n")


def test_init_lifts_sources_without_asking_aws(run: Callable[..., Answer], tmp_path: Path) -> None:
    answer = run("init", "orders", "--source", str(SOURCE), "--offline", "--no-git", "--yes", "--json")

    assert (answer.code, answer.json["data"]["commit"]) == (0, False)
    assert (tmp_path / "service/Procfile").is_file()


def test_init_keeps_what_the_user_changed_and_shows_the_difference(run: Callable[..., Answer], tmp_path: Path) -> None:
    run("init", "orders", "--source", str(SOURCE), "--offline", "--no-git", "--yes")
    readme = tmp_path / "service" / "README.md"
    readme.write_text("# Ours\n")

    answer = run("init", "--offline", "--dry-run")
    difference = run("init", "--offline", "--dry-run", "--diff")

    assert "  !  README.md (yours; kept)\n" in answer.out
    assert difference.out.startswith("--- a/README.md\n+++ b/README.md\n")
    assert readme.read_text() == "# Ours\n"


def test_init_shows_what_the_function_changed_in_files_that_the_user_changed_too(
    run: Callable[..., Answer], tmp_path: Path
) -> None:
    shutil.copytree(SOURCE, tmp_path / "code")
    lift = ("init", "orders", "--source", "code", "--offline", "--no-git", "--yes")
    run(*lift)
    fixed, other = tmp_path / "code/app/main.py", tmp_path / "code/app/__init__.py"
    mine = tmp_path / "service/src/app/main.py"
    mine.write_text(mine.read_text() + "# mine\n")
    fixed.write_text(fixed.read_text() + "# urgent fix\n")
    other.write_text(other.read_text() + "# untouched by me\n")

    answer = run(*lift)

    assert "Yours, and the generated version has changed; take over what you want:" in answer.err
    assert "\n-# mine\n+# urgent fix\n" in answer.err
    assert mine.read_text().endswith("# mine\n")
    assert (tmp_path / "service/src/app/__init__.py").read_text().endswith("# untouched by me\n")


def test_init_carries_the_adapter_s_settings_into_a_configuration_that_is_there(
    run: Callable[..., Answer], tmp_path: Path
) -> None:
    code, configuration = tmp_path / "code/main.py", tmp_path / "migration.yaml"
    code.parent.mkdir()
    lift = ("init", "--source", "code", "--offline", "--no-git", "--yes", "--json")
    configuration.write_text("function: orders  # of the shop\nproxy:\n  events: non-api  # for now\n")

    code.write_text(MAIN.replace("(app)", '(app, api_gateway_base_path="/v1")'))
    added = run(*lift).json["data"]["configuration"]
    code.write_text(MAIN.replace("(app)", '(app, api_gateway_base_path="/v2", lifespan="off")'))
    followed = run(*lift).json["data"]["configuration"]
    again = run(*lift)
    text = configuration.read_text()
    configuration.write_text(text.replace("/v2", "/mine"))
    code.write_text(MAIN.replace("(app)", '(app, api_gateway_base_path="/v3", lifespan="off")'))
    chosen = run(*lift)

    assert (added["state"], followed["state"]) == ("changed", "changed")
    assert text == (
        'function: orders  # of the shop\nproxy:\n  lifespan: "off"\n  base_path: "/v2"\n  events: non-api  # for now\n'
    )
    assert again.json["data"]["written"] == []
    assert chosen.json["data"]["configuration"]["state"] == "identical"
    assert "migration.yaml says `base_path: " in chosen.err
    assert configuration.read_text() == text.replace("/v2", "/mine")


@pytest.mark.parametrize(("folder", "said"), [(".", "; committed."), ("repository", "; commit it in `")])
def test_init_says_whether_it_has_committed(run: Callable[..., Answer], tmp_path: Path, folder: str, said: str) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code/main.py").write_text(MAIN)
    (tmp_path / "repository").mkdir()
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path / "repository", check=True)

    answer = run("init", "orders", "--source", "code", "--offline", "--directory", f"{folder}/service", "--yes")

    assert answer.out.startswith("Wrote ")
    assert said in answer.out
    assert (tmp_path / folder / "service/.git").exists() == (folder == ".")


def test_init_in_the_folder_of_the_code_finds_everything_in_its_place_the_second_time(
    run: Callable[..., Answer], tmp_path: Path
) -> None:
    (tmp_path / "main.py").write_text(MAIN)
    lift = ("init", "orders", "--source", ".", "--offline", "--no-git", "--yes")
    run(*lift)

    again = run(*lift, "--dry-run", "--json")

    assert set(again.json["data"]["files"].values()) == {"identical"}


def test_init_makes_the_commit_that_a_killed_one_has_not(run: Callable[..., Answer], tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code/main.py").write_text(MAIN)
    lift = ("init", "orders", "--source", "code", "--offline", "--yes")
    run(*lift, "--no-git")
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path / "service", check=True)

    assert run(*lift).out == "Wrote 0 files to `service`; kept `migration.yaml`; committed.\n"
    assert run(*lift).out.endswith("Nothing to write.\n")


def test_init_refuses_a_folder_that_is_not_its_own(run: Callable[..., Answer], tmp_path: Path) -> None:
    (tmp_path / "service").mkdir()
    (tmp_path / "service" / "thesis.txt").write_text("mine")

    answer = run("init", "orders", "--source", str(SOURCE), "--offline", "--yes")

    assert answer.code == 1
    assert answer.err == (
        "error: `service` is not empty, and `init` has not made it\n\n"
        "hint: name an empty folder, or one that does not exist\n"
    )


def test_init_of_another_function_is_refused_where_one_is_lifted(run: Callable[..., Answer], tmp_path: Path) -> None:
    unknown = run("init", "--source", str(SOURCE), "--offline", "--yes")
    (tmp_path / "migration.yaml").write_text("function: orders\n")

    answer = run("init", "payments", "--source", str(SOURCE), "--offline", "--yes")

    assert (unknown.code, unknown.err) == (
        2,
        "error: no function is named\n\nhint: name it: `lambda-migrate init FUNCTION`\n",
    )
    assert answer.code == 2
    assert answer.err == (
        "error: `migration.yaml` is about `orders`, not `payments`\n\n"
        "hint: lift it in a folder of its own, or name another `--config`\n"
    )


def test_init_offline_needs_the_sources(run: Callable[..., Answer]) -> None:
    answer = run("init", "orders", "--offline", "--yes")

    assert (answer.code, answer.err) == (
        2,
        "error: without AWS there is no code to download\n\nhint: name its folder with `--source`\n",
    )


def test_a_sandbox_whose_start_was_cut_off_is_started_again(run: Callable[..., Answer], tmp_path: Path) -> None:
    folder = tmp_path / "sandbox"
    half = EmbeddedAws.start_detached(folder)  # as `sandbox up` leaves it that is killed before the sample is there
    try:
        again = run("sandbox", "up", "--empty", "--directory", str(folder), "--json")
        once_more = run("sandbox", "up", "--empty", "--directory", str(folder), "--json")

        assert (again.code, again.json["data"]["endpoint_url"] != half.endpoint_url) == (0, True)
        assert once_more.json["data"]["endpoint_url"] == again.json["data"]["endpoint_url"]
    finally:
        run("sandbox", "down", "--directory", str(folder))
    assert EmbeddedAws.find(folder) is None
