"""The repository that `init` writes: its checks pass, its hooks hold, and it can be made again."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lambda_migrate.scaffold import FunctionFacts, Options, from_zip, git, plan, survey, without_proxy, write
from lambda_migrate.scaffold.manifest import RECORD, load
from tests.scaffold.lifted import Lifted, environment, lift, run
from tests.scaffold.packages import zipped
from tests.scaffold.samples import SAMPLES


def test_lint_and_format_pass(lifted: Lifted) -> None:
    run(lifted.folder, "ruff", "check", "--no-cache", ".")
    run(lifted.folder, "ruff", "format", "--no-cache", "--check", ".")


def test_types_pass(lifted: Lifted, mypy_cache: str) -> None:
    run(lifted.folder, "mypy", "--cache-dir", mypy_cache)


def test_its_own_tests_pass_and_none_is_skipped(lifted: Lifted) -> None:
    said = run(lifted.folder, "python", "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert "passed" in said
    assert "skipped" not in said


def test_the_git_hooks_pass(lifted: Lifted, mypy_cache: str) -> None:
    said = run(lifted.folder, "pre-commit", "run", "--all-files", "--color=never", MYPY_CACHE_DIR=mypy_cache)

    outcomes = {line.split(".")[0]: line.rpartition(".")[2] for line in said.splitlines()}
    assert outcomes == dict.fromkeys(("ruff check", "ruff format", "mypy"), "Passed")


def test_installed_hooks_let_good_commits_pass_and_no_others(tmp_path: Path, mypy_cache: str) -> None:
    folder = tmp_path / "repository"
    lift(SAMPLES["plain"], folder)
    assert git.commit_all(folder, "plain") == ""
    assert "$(BIN)/pre-commit install" in (folder / "Makefile").read_text()
    run(folder, "pre-commit", "install")
    (folder / ".venv").symlink_to(sys.prefix)
    git_alone = str(Path(shutil.which("git") or "git").parent)  # the shell of somebody who has activated nothing
    who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}

    def commit(text: str) -> bool:
        (folder / "service" / "added.py").write_text(text)
        run(folder, "git", "add", "service/added.py")
        more = environment(MYPY_CACHE_DIR=mypy_cache, **who) | {"PATH": f"{git_alone}:/usr/bin:/bin"}
        command = ["git", "commit", "--quiet", "-m", "Add"]
        return subprocess.run(command, cwd=folder, env=more, capture_output=True, check=False).returncode == 0

    assert [commit("import os\n"), commit("def f(x):\n    return x\n"), commit('"""Added."""\n')] == [
        False,
        False,
        True,
    ]


def test_the_code_is_lifted_byte_for_byte(lifted: Lifted) -> None:
    own = {path: text for path, text in lifted.sample.files.items() if path.split("/")[0] in OWN}
    assert {path: (lifted.folder / "src" / path).read_text() for path in own} == own
    assert run(lifted.folder, "git", "status", "--porcelain") == ""
    assert run(lifted.folder, "git", "log", "--format=%s").startswith(f"Lift {lifted.name} off Lambda")


OWN = {"main.py", "app", "service.py", "data", "catalog", "scripts-old"}


def test_no_secret_is_in_the_repository(lifted: Lifted) -> None:
    for value in ("not-to-be-seen-anywhere", "hunter2"):
        found = subprocess.run(["git", "grep", "-n", value], cwd=lifted.folder, capture_output=True, check=False)
        assert found.stdout == b""


def test_a_changed_function_updates_what_nobody_touched(tmp_path: Path) -> None:
    sample, folder = SAMPLES["plain"], tmp_path / "repository"
    lift(sample, folder)
    (folder / "README.md").write_text("my own words\n")
    (folder / "service" / "handlers.py").write_text("# mine\n")
    changed = {**sample.files, "main.py": sample.files["main.py"] + "# urgent fix\n", "extra.py": "x = 1\n"}
    facts = FunctionFacts(**{**vars(sample.facts), "timeout": 55.0})
    writes = plan(from_zip(zipped(changed)), facts, Options(folder))
    states = {each.path: each.state for each in writes if each.state != "identical"}
    assert {path for path, state in states.items() if state == "kept"} == {"README.md", "service/handlers.py"}
    assert {path for path, state in states.items() if state == "created"} == {"src/extra.py"}
    assert {"src/main.py", "service/settings.py", "pyproject.toml"} <= set(states)
    write(writes, folder)
    assert (folder / "README.md").read_text() == "my own words\n"
    assert (folder / "src" / "main.py").read_text().endswith("# urgent fix\n")
    assert "timeout=55.0" in (folder / "service" / "settings.py").read_text()


def test_without_ruff_all_of_the_lifted_code_is_spared(tmp_path: Path) -> None:
    folder = tmp_path / "repository"
    source = from_zip(zipped(SAMPLES["layered"].files))
    write(plan(source, SAMPLES["layered"].facts, Options(folder, baseline=False)), folder)
    assert '"src/**" = ["ALL"]' in (folder / "pyproject.toml").read_text()
    assert "ruff was not at hand" in (folder / "MIGRATION.md").read_text()


@pytest.mark.parametrize(
    "files",
    [
        {"calendar.py": "x: int = ''\n", "queue/__init__.py": ""},
        {
            "tests/conftest.py": "x: int = ''\n",
            "tests/test_main.py": "",
            "pkg/ruff.toml": "select = ['ALL']\n",
            "pkg/pyproject.toml": "[tool.ruff]\nline-length = 20\n",
            "pkg/mod.py": "import os, sys\n",
            "both.py": "x = 1\r\n",
            "both/__init__.py": "",
            "my-scripts/a b.py": "print ('x')\n",
        },
    ],
    ids=["names of Python's own", "whatever else there may be"],
)
def test_awkward_code_passes_the_checks(tmp_path: Path, files: dict[str, str], mypy_cache: str) -> None:
    sample, folder = SAMPLES["plain"], tmp_path / "repository"
    write(plan(from_zip(zipped({**sample.files, **files})), sample.facts, Options(folder)), folder)
    run(folder, "ruff", "check", "--no-cache", ".")
    run(folder, "ruff", "format", "--no-cache", "--check", ".")
    run(folder, "mypy", "--cache-dir", mypy_cache)
    assert "passed" in run(folder, "python", "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert git.commit_all(folder, "awkward") == ""
    if "both.py" in files:
        committed = subprocess.run(["git", "show", "HEAD:src/both.py"], cwd=folder, capture_output=True, check=True)
        assert committed.stdout == b"x = 1\r\n"


def test_the_survey_alone_writes_nothing(tmp_path: Path) -> None:
    survey(from_zip(zipped(SAMPLES["plain"].files)), SAMPLES["plain"].facts, Options(tmp_path / "repository"))
    assert list(tmp_path.iterdir()) == []


def test_what_goes_with_the_function_goes_in_one_commit(tmp_path: Path, mypy_cache: str) -> None:
    folder, sample = tmp_path / "repository", SAMPLES["plain"]
    lift(sample, folder)
    assert git.commit_all(folder, "plain") == ""
    writes = without_proxy.plan(folder)
    without_proxy.write(writes, folder)
    assert git.commit(folder, [RECORD, *(each.path for each in writes)], "Take out the proxy's parts") == ""
    changed = run(folder, "git", "show", "--format=", "--name-status", "HEAD").split("\n")
    assert [line for line in changed if line] == [
        "M\t.lambda-migrate.json",
        "M\tREADME.md",
        "M\tenvironment.local",
        "M\tservice/main.py",
        "D\ttests/test_proxy.py",
    ]
    assert run(folder, "git", "status", "--porcelain") == ""

    run(folder, "ruff", "check", "--no-cache", ".")
    run(folder, "ruff", "format", "--no-cache", "--check", ".")
    run(folder, "mypy", "--cache-dir", mypy_cache)
    said = run(folder, "python", "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert ("passed" in said, "skipped" in said) == (True, False)
    assert "roxy" not in (folder / "service" / "main.py").read_text()
    assert "SIGNING_KEYS" not in (folder / "README.md").read_text()

    options = Options(folder, target=sample.target, parts=load(folder).parts)
    again = plan(from_zip(zipped(sample.files)), sample.facts, options)
    assert {each.state for each in again} == {"identical"}
    assert without_proxy.plan(folder) == ()


def test_a_file_that_the_user_edited_loses_the_proxy_s_lines_and_stays_the_user_s(tmp_path: Path) -> None:
    folder, sample = tmp_path / "repository", SAMPLES["plain"]
    lift(sample, folder)
    main = folder / "service" / "main.py"
    main.write_text(f"{main.read_text()}MINE = 1\n")
    without_proxy.write(without_proxy.plan(folder), folder)
    assert main.read_text().endswith("app = build(os.environ)\nMINE = 1\n")
    assert "goes with the proxy" not in main.read_text()
    options = Options(folder, target=sample.target, parts=load(folder).parts)
    again = plan(from_zip(zipped(sample.files)), sample.facts, options)
    assert {each.path: each.state for each in again if each.state != "identical"} == {"service/main.py": "kept"}
