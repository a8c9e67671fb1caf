"""Files as people really write them: references, several environments, other systems, and what is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.declarations import pyproject, serverless
from lambda_migrate.declarations.deployment import Deployment, find
from tests.declarations.odd_projects import (
    ANCHORS,
    CDK,
    DEV,
    EACH,
    MODULES,
    PARAMETERS,
    SERVERLESS_FILES,
)

if TYPE_CHECKING:
    from pathlib import Path


def said(root: Path, files: dict[str, str | bytes], function: str = "", code: str = "code") -> dict[str, Any]:
    """Return what a project says of a function, folders relative to the project."""
    for name, content in {".git/HEAD": "", "code/main.py": "", **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    deployment = find(root / code, function)
    told = {name: each.value for name, each in deployment.told.items() if name not in ("name", "folder", "command")}
    folder = deployment.value("folder")
    if folder is not None:
        told["folder"] = folder.resolve().relative_to(root.resolve()).as_posix()
    variables = {name: each.value for name, each in deployment.variables.items()}
    extra = {"others": deployment.others, "notes": deployment.notes}
    return {**told, **({"variables": variables} if variables else {}), **{k: v for k, v in extra.items() if v}}


@pytest.mark.parametrize(
    ("files", "function", "expected"),
    [
        (
            {"template.yaml": PARAMETERS.replace("\n", "\r\n")},
            "",
            {
                "handler": "main.handler",
                "folder": "code",
                "variables": {
                    "STAGE": "prod",
                    "PASSWORD": None,
                    "SIZE": None,
                    "URL": None,
                    "KEY": None,
                    "BUCKET": "prod-images-${kept}",
                    "PREFIX": "shop/prod",
                    "PLACE": None,
                    "LEVEL": None,
                    "SINCE": "2024-02-29",
                },
            },
        ),
        (
            {"template.yaml": ANCHORS},
            "",
            {"handler": "main.handler", "folder": "code", "python": "3.13", "timeout": 20.0},
        ),
        (
            {
                "cdk.out/assembly-Prod/Store.template.json": CDK,
                "infra/pyproject.toml": "[project]\nrequires-python='==3.9.*'\n",
            },
            "",
            {"handler": "index.handler", "python": "3.13"},
        ),
        (
            SERVERLESS_FILES,
            "web",
            {
                "handler": "main.handler",
                "folder": "code",
                "python": "3.12",
                "timeout": 29.0,
                "memory": 1536,
                "variables": {
                    "STAGE": "prod",
                    "TOKEN": None,
                    "ITSELF": None,
                    "NAME": "shop-29",
                    "WHERE": None,
                    "OUTSIDE": None,
                    "CODE": None,
                    "KEY": None,
                },
            },
        ),
        (
            MODULES,
            "",
            {
                "handler": "main.handler",
                "folder": "code",
                "python": "3.13",
                "timeout": 3.0,
                "memory": 768,
                "variables": {
                    "STAGE": "prod",
                    "TABLE": None,
                    "PASSWORD": None,
                    "KIND": "api",
                    "PREFIX": None,
                    "WORD": None,
                },
            },
        ),
        (
            {"main.tofu": EACH},
            "shop-jobs",
            {"handler": "jobs.run", "python": "3.12", "timeout": 300.0, "memory": 128},
        ),
        (
            {
                "terraform/envs/dev/main.tf": f"{DEV}  timeout = 5\n}}\n",
                "terraform/envs/prod/main.tf": f"{DEV}  timeout = 29\n}}\n",
                "terraform/.terraform/modules/other/main.tf": f"{DEV}  timeout = 1\n}}\n",
            },
            "",
            {
                "handler": "main.handler",
                "python": "3.13",
                "memory": 128,
                "notes": (
                    (
                        "`../terraform/envs/dev/main.tf:1` and `../terraform/envs/prod/main.tf:1` differ on `web`:"
                        " timeout; not taken"
                    ),
                ),
            },
        ),
        (
            {
                "code/Dockerfile": "FROM --platform=linux/amd64 public.ecr.aws/lambda/python:3.12 AS base\n"
                'ENV LEVEL=INFO PATH="/opt/bin:$PATH" PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1\nFROM base as final\n'
                'COPY ["./", "./"]\nCMD ["main.handler"]\nENTRYPOINT ["/entry.sh"]\n'
            },
            "",
            {
                "handler": "main.handler",
                "folder": "code",
                "image": True,
                "python": "3.12",
                "variables": {"LEVEL": "INFO"},
            },
        ),
        (
            {"template-prod.yaml": ANCHORS, "ci-template.yml": "steps: [build]\n"},
            "",
            {"handler": "main.handler", "folder": "code", "python": "3.13", "timeout": 20.0},
        ),
        (
            {"cdk.json": "{}"},
            "",
            {
                "notes": (
                    ("`../cdk.json` says how the function is deployed only when it runs: "
                    "run `cdk synth`; then its templates in `cdk.out` are read"),
                )
            },
        ),
        ({".python-version": "3.13\n".encode("utf-16")}, "", {"python": "3.13"}),
        ({".python-version": "\ufeff3.11.4\r\n"}, "", {"python": "3.11"}),
        (
            {
                ".python-version": b"\xff\xfe\xff",
                "template.yaml": "Resources: &a [*a]\n",
                "Pipfile": "[requires]\npython_version='*'\n",
            },
            "",
            {
                "notes": (
                    "`../.python-version` cannot be read: it is not text; what it says is not known",
                    "`../template.yaml` cannot be read: its aliases repeat too much of it; what it says is not known",
                )
            },
        ),
    ],
    ids=[
        "intrinsics", "anchors", "cdk", "serverless-files", "terraform-modules", "for-each", "environments", "stages",
        "other-names", "code", "utf-16", "byte-order-mark", "unreadable",
    ],
)  # fmt: skip
def test_what_people_write_is_read_and_what_only_a_deployment_tells_stays_unknown(
    files: dict[str, str | bytes], function: str, expected: dict[str, Any], tmp_path: Path
) -> None:
    assert said(tmp_path, files, function) == expected


def test_a_module_that_calls_itself_and_names_that_lead_in_circles_end(tmp_path: Path) -> None:
    calls = "".join(
        f'module "m{number}" {{ source = "." }}\nmodule "n{number}" {{ source = "../code" }}\n' for number in range(40)
    )
    names = "locals {\n  a = local.a.b\n  m = merge(local.m, { X = local.a.c.d })\n}\n"
    function = (
        'resource "aws_lambda_function" "f" {\n  function_name = local.a\n  environment { variables = local.m }\n}\n'
    )

    told = said(tmp_path, {"code/main.tf": f"{names}{function}{calls}"}, "f")

    assert told == {"timeout": 3.0, "memory": 128, "variables": {"X": None}}


def test_aliases_that_grow_without_end_are_refused(tmp_path: Path) -> None:
    rows = "".join(
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )

    assert find(_with(tmp_path, f"a: &a [x]\n{rows}")) == Deployment(
        notes=("`template.yaml` cannot be read: its aliases repeat too much of it; what it says is not known",)
    )


def _with(folder: Path, template: str) -> Path:
    (folder / "template.yaml").write_text(template)
    return folder


def test_a_function_of_serverless_has_its_stage_in_its_name(tmp_path: Path) -> None:
    text = "service: {name: shop}\nprovider: {stage: \"${opt:stage, 'test'}\"}\nfunctions: {web: {handler: a.b}}\n"

    assert [each.name for each in serverless.read(tmp_path / "serverless.yml", text)] == ["shop-dev-web"]


@pytest.mark.parametrize(
    ("asked", "version"),
    [
        ("3.12.*", "3.12"),
        ("3.12.4", "3.12"),
        ("^3.11 || ^3.13", "3.11"),
        ("~3.10", "3.10"),
        (">3.11,<3.13", "3.12"),
        ("any", ""),
    ],
)
def test_a_range_of_versions_comes_to_one(asked: str, version: str) -> None:
    assert pyproject.chosen(asked) == version
