"""Layouts that public repositories have: where imports begin, what is installed, which variables are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambda_migrate.errors import MigrateError
from lambda_migrate.scaffold import FunctionFacts, start_script
from lambda_migrate.workflow import declared_function
from tests.scaffold.packages import MAIN, installed, surveyed
from tests.scaffold.projects import FUNCTION, HANDLER, REQUIRED, UNKNOWN, WEB, project

if TYPE_CHECKING:
    from pathlib import Path


def test_imports_begin_beside_the_handler_and_requirements_lie_above(tmp_path: Path) -> None:
    files = {
        "src/api/__init__.py": "",
        "src/api/handler.py": HANDLER,
        "src/api/main.py": WEB,
        "src/requirements.txt": REQUIRED,
    }
    whole = project(tmp_path / "whole", files, "src")
    inner = project(tmp_path / "inner", {".git/HEAD": "", **files}, "src/api")

    for each in (whole, inner):
        assert (each.application.handler, each.application.app) == ("handler.handler", "main:app")
        assert (set(each.contents), each.needed.unknown) == ({"__init__.py", "handler.py", "main.py"}, ())
        assert {"fastapi==0.115.0", "mangum==0.19.0"} <= set(each.needed.lines)
    assert inner.warnings[0] == "the requirements are in `../requirements.txt`, above the code"


def test_requirements_that_are_named_count_alone(tmp_path: Path) -> None:
    files = {"code/main.py": MAIN, "code/requirements.txt": "flask==3.0.0\n", "other/api.txt": REQUIRED}
    found = project(tmp_path, files, "code", requirements=(tmp_path / "other" / "api.txt",))

    assert "flask==3.0.0" not in found.needed.lines
    assert {"fastapi==0.115.0", "mangum==0.19.0"} <= set(found.needed.lines)


@pytest.mark.parametrize(
    "files",
    [
        {
            "orders/pyproject.toml": "[project]\nname='orders'\ndependencies=['fastapi==0.115.0','mangum==0.19.0']\n"
            "[tool.poetry.group.shared.dependencies]\nshop-common={path='../packages/common'}\n"
        },
        {
            "pyproject.toml": "[tool.uv.workspace]\nmembers=['packages/*','orders']\n",
            "orders/pyproject.toml": "[project]\nname='orders'\n"
            "dependencies=['fastapi==0.115.0','mangum==0.19.0','shop-common']\n[tool.uv.sources]\nshop-common={workspace=true}\n",
        },
        {"orders/requirements.txt": f"{REQUIRED}-e ../packages/common\n"},
        {
            "orders/Pipfile": "[packages]\nfastapi='==0.115.0'\nmangum='==0.19.0'\n"
            "shop-common={path='../packages/common'}\n"
        },
        {
            "orders/requirements.txt": "-r ..\\base.txt\r\n",
            "base.txt": f"{REQUIRED}",
            "orders/requirements-more.txt": "--editable ..\\packages\\common\n",
        },
        {
            "orders/pyproject.toml": "[project]\nname='orders'\n"
            "dependencies=['fastapi==0.115.0','mangum==0.19.0','shop-common @ file:../packages/common']\n"
        },
        {
            "orders/pyproject.toml": "[project]\nname='orders'\n"
            "dependencies=['fastapi==0.115.0','mangum==0.19.0','shop-common @ {root:uri}/../packages/common']\n"
        },
        {
            "pyproject.toml": "[tool.uv.workspace]\nmembers=['packages/*','orders']\n"
            "[tool.uv.sources]\nshop-common={workspace=true}\n",
            "orders/pyproject.toml": "[project]\nname='orders'\n"
            "dependencies=['fastapi==0.115.0','mangum==0.19.0','shop_common[fast]>=1']\n",
        },
        {
            "orders/requirements.txt": f"{REQUIRED}-e .[lambda]\n",
            "orders/pyproject.toml": "[tool.poetry]\nname='orders'\n[tool.poetry.dependencies]\npython='^3.12'\n"
            "shop-common={path='..\\packages\\common',develop=true}\n"
            "[tool.poetry.group.dev.dependencies]\nchecks={path='../checks'}\n",
            "checks/pyproject.toml": "[project]\nname='checks'\n",
            "checks/checks/__init__.py": "",
        },
    ],
    ids=["poetry", "uv", "pip", "pipenv", "pip-on-windows", "pep-508", "hatch", "uv-of-the-root", "poetry-on-windows"],
)
def test_a_shared_package_of_a_monorepo_is_lifted_along(files: dict[str, str], tmp_path: Path) -> None:
    shared = {
        ".git/HEAD": "",
        "packages/common/pyproject.toml": "[project]\nname='shop-common'\ndependencies=['httpx==0.27.0']\n",
        "packages/common/src/shop_common/__init__.py": "import httpx\n",
        "packages/common/tests/test_it.py": "",
        "orders/main.py": f"{MAIN}import shop_common\n",
    }
    found = project(tmp_path, {**shared, **files}, "orders")

    assert set(found.contents) == {"main.py", "shop_common/__init__.py"}
    assert (found.needed.unknown, found.needed.undeclared) == ((), ())
    assert {"fastapi==0.115.0", "httpx==0.27.0", "mangum==0.19.0"} <= set(found.needed.lines)
    assert not [each for each in found.warnings if "path" in each]
    assert found.analysis.blocking == ()


def test_a_folder_that_is_included_by_name_is_lifted_along(tmp_path: Path) -> None:
    files = {
        "code/main.py": f"{MAIN}import prices\n",
        "code/requirements.txt": REQUIRED,
        "lib/prices.py": "",
        "lib/notes.md": "",
    }
    found = project(tmp_path, files, "code", include=(tmp_path / "lib",))

    assert (set(found.contents), found.analysis.blocking) == ({"main.py", "prices.py"}, ())


def test_what_a_project_pins_is_not_pinned_again_and_an_optional_group_is_taken() -> None:
    text = (
        "[project]\nname='orders'\ndependencies=['fastapi==0.115.0','pytest==8.3.5','uvicorn[standard]==0.34.0']\n"
        "[project.optional-dependencies]\nlambda=['mangum==0.19.0','orjson==3.10.0']\ndev=['ruff==0.1.0']\n"
    )
    needed = surveyed({"main.py": MAIN, "pyproject.toml": text}, UNKNOWN).needed

    assert {"mangum==0.19.0", "orjson==3.10.0", "pytest==8.3.5", "uvicorn[standard]==0.54.0"} <= set(needed.lines)
    assert (needed.groups, needed.unknown) == (("lambda",), ())
    assert needed.replaced == (("uvicorn[standard]==0.34.0", "uvicorn[standard]==0.54.0"),)
    assert [line for line in needed.development if line.startswith("pytest=")] == []


def test_an_application_in_a_package_is_imported_from_there() -> None:
    package = {
        **installed("shoplib", "1.0", "shoplib"),
        "shoplib/core.py": WEB,
        "handler.py": "from mangum import Mangum\nfrom shoplib.core import app\nhandler = Mangum(app)\n",
        "requirements.txt": "mangum==0.19.0\n",
    }
    for options in ({}, {"app": "shoplib.core:app"}):
        found = surveyed(package, UNKNOWN, **options)

        assert (found.application.app, set(found.contents)) == ("shoplib.core:app", {"handler.py"})
        assert "shoplib==1.0" in found.needed.lines


@pytest.mark.parametrize(
    ("code", "app", "message"),
    [
        ("def lambda_handler(event, context):\n    return 1\n", "main:lambda_handler", "is a plain function"),
        ("from flask import Flask\napp = Flask(__name__)\n", "main:app", r"is a WSGI application \(`flask.Flask`\)"),
        (
            "from aws_lambda_powertools.event_handler import APIGatewayRestResolver\napp = APIGatewayRestResolver()\n",
            "main:app",
            "is a resolver of Powertools",
        ),
        ("from chalice import Chalice\napp = Chalice(app_name='a')\n", "main:app", "is an application of Chalice"),
        (MAIN, "main:handler", "is the adapter, not the application"),
        ("from web import shop\n", "main:shop", r"is a WSGI application \(`flask.Flask`\)"),
    ],
)
def test_an_application_that_speaks_something_else_is_refused(code: str, app: str, message: str) -> None:
    files = {"main.py": code, "web.py": "import flask\nshop = flask.Flask(__name__)\n", "entry.py": MAIN}
    with pytest.raises(MigrateError, match=message) as caught:
        surveyed(files, FunctionFacts("orders", handler="entry.handler"), app=app)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("files", "handler"),
    [
        (
            {
                "run.sh": "#!/bin/bash\nexec python -m uvicorn --port=$PORT web:app\n",
                "template.yaml": f"{FUNCTION}{{Handler: run.sh, CodeUri: .}}\n",
            },
            "run.sh",
        ),
        (
            {
                "Dockerfile": "FROM python:3.13-slim\nCOPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:1.0.0"
                ' /lambda-adapter /opt/extensions/lambda-adapter\nCMD ["uvicorn", "web:app", "--port", "8080"]\n'
            },
            "start.sh",
        ),
    ],
)
def test_what_ran_under_the_web_adapter_is_told_by_its_command(
    files: dict[str, str], handler: str, tmp_path: Path
) -> None:
    found = project(tmp_path, {"web.py": WEB, "requirements.txt": "fastapi==0.115.0\nuvicorn==0.30.0\n", **files})

    assert (found.application.app, found.application.handler) == ("web:app", handler)
    assert [each.code for each in found.analysis.blocking] == []
    assert "mangum" not in str(found.needed.lines)
    assert "`web:app` ran under the web adapter: the service starts it itself, and needs no Mangum" in found.warnings


@pytest.mark.parametrize(
    ("command", "app"),
    [
        ("exec uvicorn --host 0.0.0.0 app.main:create --factory", "app.main:create()"),
        ("gunicorn -k uvicorn.workers.UvicornWorker \\\n  -b :8080 shop.web:app", "shop.web:app"),
        ("fastapi run app/main.py --port 80", "app.main:app"),
        ("python server.py", ""),
    ],
)
def test_a_command_says_which_application_it_starts(command: str, app: str) -> None:
    assert start_script.application(command) == app


def test_an_application_that_only_the_handler_can_make_is_refused() -> None:
    code = "from fastapi import FastAPI\nfrom mangum import Mangum\n"
    code += "def create(settings, debug=False):\n    return FastAPI()\n"
    code += "def handler(event, context):\n    return Mangum(create(event['stage']))(event, context)\n"
    with pytest.raises(MigrateError, match=r"`main:create\(\)` needs `settings`, which only the handler gives it"):
        surveyed({"main.py": code}, UNKNOWN)


def test_what_is_assumed_is_said_and_what_the_project_says_is_taken(tmp_path: Path) -> None:
    more = "Timeout: 9, Runtime: python3.13, Environment: {Variables: {TABLE: !Ref T, STAGE: prod}}"
    template = f"{FUNCTION}{{Handler: main.handler, CodeUri: ., {more}}}\n"
    bare = project(tmp_path / "bare", {"main.py": MAIN, "requirements.txt": REQUIRED})
    told = project(tmp_path / "told", {"main.py": MAIN, "requirements.txt": REQUIRED, "template.yaml": template})

    assert [each for each in bare.warnings if "assumed" in each] == [
        "Python 3.12 is assumed: the project does not name a version; set it with `--python 3.x`",
        "time-out 30 s and memory 512 MB are assumed: AWS was not asked, and the project does not say",
    ]
    assert [each for each in told.warnings if "assumed" in each] == [
        "memory 512 MB is assumed: AWS was not asked, and the project does not say"
    ]
    assert (told.python, told.python_origin) == ("3.13", "template.yaml:2")
    assert {each.name: (each.fate, each.text) for each in told.variables} == {
        "STAGE": ("value", "prod"),
        "TABLE": ("unset", ""),
    }


def test_what_the_project_says_otherwise_than_aws_is_told(tmp_path: Path) -> None:
    template = f"{FUNCTION}{{Handler: app.handler, Timeout: 9, MemorySize: 256, Runtime: python3.12}}\n"
    (tmp_path / "template.yaml").write_text(template)
    aws = FunctionFacts("orders", handler="main.handler", runtime="python3.12", timeout=60, memory=256, code_sha256="a")

    said = declared_function.differences(aws, declared_function.described(tmp_path, "orders").deployment)

    assert list(said) == [
        "`template.yaml:2` says handler app.handler, AWS main.handler: AWS's value is used",
        "`template.yaml:2` says time-out 9 s, AWS 60 s: AWS's value is used",
    ]
