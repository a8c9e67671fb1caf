"""What belongs to a function and lies elsewhere: layers, links; and what its code makes Python say."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.analyzer import analyze
from lambda_migrate.workflow import declared_function
from tests.scaffold.packages import MAIN
from tests.scaffold.projects import FUNCTION, REQUIRED, project
from tests.support.screen import call

if TYPE_CHECKING:
    from pathlib import Path


def test_what_a_layer_that_everybody_knows_brings_is_installed(tmp_path: Path) -> None:
    layers = [
        "arn:aws:lambda:${AWS::Region}:017000801446:layer:AWSLambdaPowertoolsPythonV3-python313-x86_64:18",
        "arn:aws:lambda:eu-west-1:770693421928:layer:Klayers-p312-python-jose:4",
        "arn:aws:lambda:eu-west-1:336392948345:layer:AWSSDKPandas-Python313:1",
        "arn:aws:lambda:eu-west-1:1:layer:ours:1",
    ]
    listed = ", ".join(f'!Sub "{arn}"' for arn in layers)
    template = f"{FUNCTION}{{Handler: main.handler, CodeUri: ., Layers: [{listed}]}}\n"
    code = f"{MAIN}import aws_lambda_powertools, jose, pandas, ours\n"
    found = project(tmp_path, {"main.py": code, "requirements.txt": REQUIRED, "template.yaml": template})
    described = declared_function.described(tmp_path, "orders")

    assert {"aws-lambda-powertools[all]", "awswrangler", "python-jose"} <= set(found.needed.lines)
    assert found.needed.unknown == ("ours",)
    assert [each for each in found.warnings if "is a layer" in each] == [
        f"`{name}` is a layer: the package that it is made from is installed in its place"
        for name in (
            "AWSLambdaPowertoolsPythonV3-python313-x86_64",
            "Klayers-p312-python-jose",
            "AWSSDKPandas-Python313",
        )
    ]
    assert {"aws_lambda_powertools", "jose", "pandas"} <= declared_function.provided(described)


def test_what_links_of_a_repository_lead_to_is_lifted_along_and_secrets_are_not(tmp_path: Path) -> None:
    files = {
        ".git/HEAD": "",
        "shop/main.py": f"{MAIN}import common.names, prices, outside\n",
        "shop/requirements.txt": REQUIRED,
        "lib/common/__init__.py": "",
        "lib/common/names.py": "",
        "lib/common/.env": "TOKEN=hunter2\n",
        "lib/prices.py": "",
    }
    root = tmp_path / "repository"
    for name, target in (
        ("common", "../lib/common"),
        ("prices.py", "../lib/prices.py"),
        ("outside", "../../elsewhere"),
    ):
        (root / "shop").mkdir(parents=True, exist_ok=True)
        (root / "shop" / name).symlink_to(target)
    (root / "shop" / "around").symlink_to("..")
    (root / "shop" / "itself").symlink_to("itself")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "__init__.py").touch()

    found = project(root, files, "shop")

    assert set(found.contents) == {"main.py", "common/__init__.py", "common/names.py", "prices.py"}
    assert sorted(each for each in found.warnings if "lifted" in each or "provides" in each) == [
        "`around` is not lifted: it is a link, or no file; only files are lifted",
        "`common/.env` is not lifted: it looks like it holds secrets",
        "`itself` is not lifted: it is a link, or no file; only files are lifted",
        "`outside` is not lifted: it is a link, or no file; only files are lifted",
        "nothing provides `outside`; add its package to requirements.txt",
    ]


def test_what_python_warns_of_in_the_code_is_not_said(tmp_path: Path) -> None:
    code = f'import os, re\n{MAIN}WORD = re.compile("\\d")\nPLACE = os.environ["PLACE"]\n'
    files = {"main.py": code, "setup.py": "from setuptools import setup\nsetup(install_requires=['a'], x='\\d')\n"}
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        project(tmp_path, files)
        project(tmp_path, files, app="main:app", handler="main.handler")
        analyze(tmp_path, None)

    assert [str(each.message) for each in said] == []


@pytest.mark.processes
def test_what_the_project_says_is_shown_with_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    template = (
        f"{FUNCTION}{{Handler: main.handler, CodeUri: code, Timeout: 9, MemorySize: 256, Runtime: python3.13, "
        'Layers: ["arn:aws:lambda:eu-west-1:1:layer:ours:1"], Environment: {Variables: {TABLE: !Ref T, STAGE: prod}}, '
        "Events: {All: {Type: HttpApi}}}\n"
    )
    files = {".git/HEAD": "", "code/main.py": MAIN, "code/requirements.txt": REQUIRED, "template.yaml": template}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    command = ("init", "orders", "--source", ".", "--offline", "--dry-run")

    shown, answer = call(*command), call(*command, "--json")
    lines = shown.out.splitlines()

    place = "template.yaml:2"
    assert [" ".join(line.split()) for line in lines[1:7]] == [
        f"handler main.handler ({place})",
        f"python 3.13 ({place})",
        f"limits 9 s ({place}), 256 MB ({place})",
        f"variables 2 ({place})",
        f"layers 1 ({place})",
        f"routes 1 ({place})",
    ]
    assert f"  ! imports begin in `code`, as `{place}` says" in lines
    names = ("folder", "handler", "layers", "memory", "python", "routes", "runtime", "timeout", "variables")
    assert (shown.code, answer.code) == (0, 0), answer
    assert answer.json["data"]["told"] == dict.fromkeys(names, place)


def test_nothing_outside_of_a_repository_is_lifted_unless_the_user_names_it(tmp_path: Path) -> None:
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    (outside / "helper.py").touch()
    layer = f"Type: AWS::Serverless::LayerVersion, Properties: {{ContentUri: {outside}}}"
    template = f"{FUNCTION}{{Handler: main.handler, CodeUri: shop, Layers: [!Ref L]}}\n  L: {{{layer}}}\n"
    files = {
        ".git/HEAD": "",
        "template.yaml": template,
        "shop/main.py": f"{MAIN}import helper\n",
        "shop/requirements.txt": f"{REQUIRED}-e ../../elsewhere\n-e /etc\n",
    }
    project(tmp_path / "repository", files, "shop")
    described = declared_function.described(tmp_path / "repository" / "shop", "orders")
    named = declared_function.described(tmp_path / "repository" / "shop", "orders", [outside])

    assert (described.included, named.included) == ({}, {outside: "`--include`"})
    assert described.notes == (
        (
            f"`{outside}`, which `requirements.txt` names, is outside of the project: add it with `--include` if it"
            " is needed"
        ),
    )


def test_names_that_are_not_texts_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(MAIN)
    (tmp_path / "poetry.lock").write_text("[[package]]\nname = 3\n")

    assert [each.code for each in analyze(tmp_path, "main.handler").blocking] == ["LM802", "LM802"]
