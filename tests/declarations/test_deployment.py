"""What several files say of one function becomes one answer, each thing with the place where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.declarations.deployment import Deployment, find

if TYPE_CHECKING:
    from pathlib import Path


def written(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def said(deployment: Deployment, *names: str) -> dict[str, Any]:
    return {name: (deployment.value(name), deployment.where(name)) for name in names}


def template(*functions: str) -> str:
    lines = ["Resources:"]
    for name in functions:
        lines += [f"  {name}:", "    Type: AWS::Serverless::Function"]
        lines += [f"    Properties: {{CodeUri: {name.lower()}, Handler: main.{name.lower()}, Timeout: 9}}"]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("code", "function", "handler"),
    [
        ("repository/orders", "", "main.orders"),
        ("repository/users", "", "main.users"),
        ("repository", "Users", "main.users"),
        ("repository", "shop-orders-prod", "main.orders"),
        ("repository", "shop-UsersAdmin-1A2B3C", "main.usersadmin"),
        ("repository", "usersadminshop-OrdersFunction", "main.orders"),
        ("repository", "", None),
    ],
)
def test_the_function_that_is_meant_is_told_by_its_name_or_its_folder(
    code: str, function: str, handler: str | None, tmp_path: Path
) -> None:
    written(tmp_path / "repository", {".git/HEAD": "", "template.yaml": template("Orders", "Users", "UsersAdmin")})
    written(tmp_path / "repository", {"orders/main.py": "", "users/main.py": "", "usersadmin/main.py": ""})

    deployment = find(tmp_path / code, function)

    others = () if handler else ("Orders", "Users", "UsersAdmin")
    assert (deployment.value("handler"), deployment.others) == (handler, others)


def test_the_nearest_file_and_the_template_count_first_and_places_are_told(tmp_path: Path) -> None:
    files = {
        ".git/HEAD": "",
        "template.yaml": template("Orders"),
        ".python-version": "3.11\n",
        "orders/pyproject.toml": "[project]\nrequires-python = '>=3.13'\n",
        "orders/main.py": "",
        "Dockerfile": "FROM public.ecr.aws/lambda/python:3.10\nENV A=b\n",
    }
    deployment = find(written(tmp_path, files) / "orders")

    assert said(deployment, "handler", "timeout", "python") == {
        "handler": ("main.orders", "../template.yaml:2"),
        "timeout": (9.0, "../template.yaml:2"),
        "python": ("3.13", "pyproject.toml:2"),
    }
    assert deployment.variables == {}  # a Dockerfile's are for an image


def test_nothing_outside_the_repository_is_read(tmp_path: Path) -> None:
    written(tmp_path, {"template.yaml": template("Orders"), "inside/.git/HEAD": "", "inside/code/main.py": ""})

    assert find(tmp_path / "inside" / "code") == Deployment()


def test_a_file_that_cannot_be_read_is_said_in_one_line_and_the_rest_goes_on(tmp_path: Path) -> None:
    files = {
        "template.yaml": "Resources: {\n",
        "infra/main.tf": 'resource "aws_lambda_function" "a" {',
        ".python-version": "3.13",
    }
    written(tmp_path, files)
    (tmp_path / "serverless.yml").mkdir()

    deployment = find(tmp_path)

    assert deployment.value("python") == "3.13"
    assert deployment.notes == (
        "`infra/main.tf` cannot be read: line 1: `resource` does not end; what it says is not known",
        "`serverless.yml` cannot be read: Is a directory; what it says is not known",
        (
            "`template.yaml` cannot be read: line 2: expected the node content, but found '<stream end>'; "
            "what it says is not known"
        ),
    )
