"""Patches of the owners' files: applied by git, read again, and left to a person where nothing is sure."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.handover import serverless_code, template_code, terraform_code
from lambda_migrate.handover.patch import Edit, Patch, Unfit, edited, misfits
from tests.handover.files import after, text_of
from tests.handover.plans import patched

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_migrate.handover.patchers import Patcher

BOMB = "".join(f"  {chr(99 + at)}: &{chr(99 + at)} [{', '.join([f'*{chr(98 + at)}'] * 9)}]\n" for at in range(9))
"""A few lines whose aliases stand for a billion values."""

SHAPES = {
    "http_api.tf": terraform_code.patched,
    "stack.yaml": template_code.patched,
    "sam.yaml": template_code.patched,
    "serverless.yml": serverless_code.patched,
}


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("ending", ["\n", "\r\n", ""], ids=["lf", "crlf", "no-last-end"])
def test_git_applies_every_stage_and_afterwards_nothing_is_left_to_do(name: str, ending: str, tmp_path: Path) -> None:
    path = f"infra/the {name}" if name != "serverless.yml" else name
    text = text_of(name).rstrip("\n") if not ending else text_of(name).replace("\n", ending)
    files = {path: text}
    changes = patched(SHAPES[name], files)
    (tmp_path / "infra").mkdir()
    (tmp_path / path).write_bytes(text.encode())

    for stage in changes.stages:
        diff = "".join(each.diff() for each in stage.patches)
        subprocess.run(["git", "apply", "-"], input=diff.encode(), cwd=tmp_path, check=True)
        assert {each.path: (tmp_path / each.path).read_bytes().decode() for each in stage.patches} == {
            each.path: each.after for each in stage.patches
        }
    again = patched(SHAPES[name], after(files, changes))

    assert (again.stages, again.kept, again.reasons) == ((), changes.done, changes.reasons)


@pytest.mark.parametrize(
    ("patcher", "files", "why"),
    [
        (terraform_code.patched, {}, "no `*.tf` file defines function orders"),
        (
            terraform_code.patched,
            {f"{env}/main.tf": 'resource "aws_lambda_function" "x" {\n  function_name = "orders"\n}\n' for env in "ab"},
            "the function is in `a`, `b`",
        ),
        (
            terraform_code.patched,
            {"main.tf": 'resource "aws_lambda_function" "x" {\n'},
            "no `*.tf` file defines function orders; `main.tf` cannot be read: line 1: `resource` does not end",
        ),
        (template_code.patched, {"other.yaml": "name: orders\n"}, "no template defines function orders"),
        (
            template_code.patched,
            {"a.yaml": "Resources:\n  X: [AWS::Lambda::Function\n"},
            "no template defines function orders; `a.yaml` cannot be read: line 3: expected ',' or ']'",
        ),
        (
            template_code.patched,
            {"a.yaml": "Resources: {X: {Type: AWS::Lambda::Function, Properties: {FunctionName: orders}}}\n"},
            "`a.yaml`: `Resources` is not laid out line by line",
        ),
        (
            serverless_code.patched,
            {"serverless.yml": "service: [\n"},
            "no `serverless.yml` defines orders; `serverless.yml` cannot be read: line 2: ",
        ),
        (
            template_code.patched,
            {"a.yaml": "Resources:\n  A: &a AWS::Lambda::Function\n  B: &b [*a, *a]\n" + BOMB},
            "no template defines function orders; `a.yaml` cannot be read: its aliases repeat too much of it",
        ),
        (
            template_code.patched,
            {"a.yaml": "Resources:\n  X: &x\n    Type: AWS::Lambda::Function\n    Again: *x\n"},
            "no template defines function orders; `a.yaml` cannot be read: its aliases repeat too much of it",
        ),
        (
            serverless_code.patched,
            {"serverless.yml": "service: shop\nfunctions: {orders: {name: orders}}\nresources: [a]\n"},
            "`serverless.yml`: `resources` is not laid out line by line",
        ),
    ],
)
def test_what_cannot_be_told_is_left_to_a_person_with_the_reason(
    patcher: Patcher, files: dict[str, str], why: str
) -> None:
    changes = patched(patcher, files)

    assert (changes.stages, changes.done) == ((), frozenset())
    assert {each[: len(why)] for each in changes.reasons.values()} == {why}


def test_a_file_that_cannot_be_read_keeps_no_other_from_its_patch() -> None:
    broken = 'resource "aws_lambda_function" "x" {\n'

    for patcher, path, bad in (
        (terraform_code.patched, "infra/http_api.tf", {"other/broken.tf": broken}),
        (template_code.patched, "stack.yaml", {"a.yaml": "Resources: [AWS::\n"}),
        (serverless_code.patched, "serverless.yml", {"other/serverless.yml": "service: [\n"}),
    ):
        alone = {path: text_of(path.rpartition("/")[2])}
        assert patched(patcher, {**alone, **bad}) == patched(patcher, alone)


def test_a_patch_says_which_files_it_does_not_fit() -> None:
    patches = [Patch("a b.tf", "1\n-- 2\n3\n4", "1\n++ 2\n3\n5\n"), Patch("new.tf", None, "x\ny")]
    diff = "".join(each.diff() for each in patches)
    moved = {"a b.tf": "0\n0\n1\n-- 2\n3\n4"}

    assert misfits(diff, {"a b.tf": "1\n-- 2\n3\n4"}.get) == (("a b.tf", ""), ("new.tf", ""))
    assert misfits(diff, moved.get) == (("a b.tf", ""), ("new.tf", ""))
    assert misfits(diff, {"a b.tf": "1\n-- 2\n3\n4\n", "new.tf": ""}.get) == (
        ("a b.tf", "line 1 and those around it are not what they were"),
        ("new.tf", "exists already"),
    )
    assert misfits(diff, lambda _path: None) == (("a b.tf", "does not exist"), ("new.tf", ""))
    with pytest.raises(Unfit, match="not a unified diff"):
        misfits("--- a\n", moved.get)
    with pytest.raises(Unfit, match="two changes meet in one place"):
        edited("abc", [Edit(0, 2, ""), Edit(1, 3, "")])
