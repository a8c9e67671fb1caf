"""What a project's files hold that nobody should meet later: secrets, ways out of the project, deep nesting."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.analyzer.distributions import find_requirements
from lambda_migrate.declarations.deployment import find
from lambda_migrate.scaffold import declared, local_packages
from lambda_migrate.scaffold.declared.requirement import parse
from lambda_migrate.scaffold.source import from_included
from lambda_migrate.scaffold.start_script import application

if TYPE_CHECKING:
    from pathlib import Path

WORD = "hunter2"
DEEP = "x = " + "[" * 5000 + "]" * 5000
WORKSPACE = '[project]\ndependencies = ["foo"]\n[tool.uv.workspace]\nmembers = %s\n'
DYNAMIC = '[project]\ndynamic = ["dependencies"]\n[tool.setuptools.dynamic]\ndependencies = {file = ["%s"]}\n'


@pytest.mark.parametrize(
    ("line", "required"),
    [
        (f"pkg @ https://user:{WORD}@[::1/pkg.whl", ()),
        (f"https://user:{WORD}@[bad]/pkg.whl", ()),
        (f"--index-url https://user:{WORD}@[bad/simple", ()),
        (f"--index-url user:{WORD}@host.example.com/simple", ()),
        (f"--extra-index-url https://user:{WORD}@host.example.com/simple", ()),
        (f"pkg at https://user:{WORD}@host.example.com/simple", ()),
        (
            f"pkg @ https://host.example.com/pkg-1.0-py3-none-any.whl?X-Amz-Signature={WORD}&at=1",
            ("pkg @ https://host.example.com/pkg-1.0-py3-none-any.whl?at=1",),
        ),
        (f"https://host.example.com/pkg-1.0.zip?sig={WORD}#egg=pkg", ("pkg @ https://host.example.com/pkg-1.0.zip",)),
    ],
)
def test_no_secret_of_a_url_is_shown_or_written(line: str, required: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text(f"{line}\nfastapi\n")
    read = declared.read(tmp_path, "", "3.12")

    assert [each.line for each in read.requirements] == [*required, "fastapi"]
    assert len(read.notes) == 1
    assert WORD not in repr(read)


def test_a_query_without_secrets_is_kept() -> None:
    requirement = parse("pkg @ https://host.example.com/pkg-1.0.zip?at=1&x=2")

    assert requirement is not None
    assert (requirement.url, requirement.stripped) == ("https://host.example.com/pkg-1.0.zip?at=1&x=2", False)


@pytest.mark.parametrize("name", ["../secret.txt", "{above}/secret.txt", "linked.txt", "pipe", "folder"])
@pytest.mark.parametrize("file", ["pyproject.toml", "setup.cfg"])
def test_files_outside_of_the_project_are_not_read(file: str, name: str, tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / "folder").mkdir(parents=True)
    (tmp_path / "secret.txt").write_text(f"{WORD}\n")
    (project / "linked.txt").symlink_to(tmp_path / "secret.txt")
    (project / "pipe").symlink_to("/dev/zero")
    written = name.format(above=tmp_path)
    text = DYNAMIC % written if file == "pyproject.toml" else f"[options]\ninstall_requires = file: {written}\n"
    (project / file).write_text(text)
    read = declared.read(project, "", "3.12")

    assert (read.requirements, WORD in repr(read)) == ((), False)
    assert find_requirements(project) == ()


def test_files_in_the_project_are_read(tmp_path: Path) -> None:
    (tmp_path / "needs").mkdir()
    (tmp_path / "needs" / "all.txt").write_text("fastapi\n")
    (tmp_path / "pyproject.toml").write_text(DYNAMIC % "needs/all.txt")

    assert [each.line for each in declared.read(tmp_path, "", "3.12").requirements] == ["fastapi"]
    assert find_requirements(tmp_path) == ("fastapi",)


@pytest.mark.parametrize("name", ["pyproject.toml", "Pipfile", "uv.lock", "Pipfile.lock"])
def test_what_is_nested_too_deeply_is_noted(name: str, tmp_path: Path) -> None:
    text = '{"a":' * 5000 + "1" + "}" * 5000 if name == "Pipfile.lock" else DEEP
    (tmp_path / name).write_text(text)

    (note,) = declared.read(tmp_path, "", "3.12").notes

    assert re.fullmatch(rf"`{name}` cannot be read \(\w+Error\); add what it requires", note)
    assert local_packages.folders(tmp_path) == {}
    assert find_requirements(tmp_path) == ()


def test_long_lines_are_read_in_a_moment(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text(f"a --{' ' * 100_000}x\n{'a:' * 100_000}\nfastapi\n")
    (tmp_path / "Dockerfile").write_text(
        "FROM public.ecr.aws/lambda/python:3.12\nENV A=aaaaaaaaaa\n" + f"ENV A={'$A' * 10}\n" * 12
    )
    started = time.process_time()
    read = declared.read(tmp_path, "", "3.12")

    assert [each.line for each in read.requirements][-1] == "fastapi"
    assert max(map(len, read.notes)) < 200
    assert len(find(tmp_path).variables["A"].value) < 100_000
    assert application("uvicorn " * 20_000) == ""
    assert time.process_time() - started < 20  # minutes, and all of the memory


@pytest.mark.parametrize("members", ['"packages/*"', '["/etc/*"]', '[""]', "[1]", "3"])
def test_members_of_a_workspace_that_cannot_be_any(members: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(WORKSPACE % members)

    assert local_packages.folders(tmp_path) == {}


@pytest.mark.parametrize("text", ['project = "x"', 'tool = "x"', "[tool]\npoetry = 1", "[project]\nname = 1", DEEP])
def test_a_folder_that_is_lifted_along_goes_by_its_own_name_too(text: str, tmp_path: Path) -> None:
    folder = tmp_path / "common"
    folder.mkdir()
    (folder / "pyproject.toml").write_text(text)
    (folder / "money.py").write_text("")

    assert list(local_packages.names([from_included(folder)])) == ["/common"]


@pytest.mark.parametrize("number", [".inf", "-.inf", ".nan", '"1e999"'])
def test_a_number_that_is_none_is_not_told(number: str, tmp_path: Path) -> None:
    (tmp_path / "serverless.yml").write_text(
        "service: shop\nfunctions:\n  orders:\n    handler: app.handler\n"
        f"    memorySize: {number}\n    timeout: {number}\n"
    )
    known = find(tmp_path, "orders")

    assert (known.value("memory"), known.value("timeout"), known.value("handler"), known.notes) == (
        *(None, None),
        "app.handler",
        (),
    )
