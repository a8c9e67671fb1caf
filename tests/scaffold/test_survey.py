"""What `init` finds out, and what it cannot lift."""

from __future__ import annotations

import errno
from dataclasses import replace
from typing import Any

import pytest

from lambda_migrate.errors import MigrateError
from lambda_migrate.scaffold import FunctionFacts, scratch
from tests.scaffold.packages import FACTS, MAIN, installed, surveyed


@pytest.mark.parametrize(
    ("files", "facts", "message"),
    [
        ({"index.js": ""}, {}, "the function's package has no Python code"),
        ({"main.py": MAIN}, {"runtime": "nodejs22.x"}, "`orders` runs on `nodejs22.x`"),
        ({"main.py": MAIN}, {"runtime": "python3.8"}, "`orders` runs on Python 3.8, and a service needs 3.9 or later"),
        ({"main.py": MAIN}, {"runtime": "python2.7"}, "`orders` runs on `python2.7`"),
        (
            {"main.py": MAIN},
            {"handler": "app.handler"},
            "the handler `app.handler` is not in the function's package: `app.py` is missing",
        ),
        (
            {"a/main.py": MAIN, "b/main.py": MAIN},
            {},
            "the handler `main.handler` is not in the function's package: there are 2 of `main.py`",
        ),
        (
            {"main.py": MAIN},
            {"handler": "main.lambda_handler"},
            "the handler `main.lambda_handler` is not in `main.py`: nothing there is called `lambda_handler`",
        ),
        ({"main.py": MAIN}, {"handler": "handler"}, "the handler `handler` names no function in a module"),
        (
            {"main.py": MAIN},
            {"handler": "datadog_lambda.handler.handler", "environment": {"DD_LAMBDA_HANDLER": "main.handler"}},
            "the handler `datadog_lambda.handler.handler` is a layer's, around the one that `DD_LAMBDA_HANDLER` names",
        ),
        ({"main.py": MAIN}, {"handler": "main."}, "the handler `main.` names no function in a module"),
        (
            {"main.py": f"{MAIN}other = Mangum(app)\ndef handle(event, context):\n    f(other)\n"},
            {"handler": "main.handle"},
            "the handler `main.handle` serves `main:app` in 2 ways: `main.py:5` and `main.py:6`",
        ),
        ({"main.py": "app = (\n"}, {}, r"`main.py:1` is not valid Python: '\(' was never closed"),
        ({"main.py": b"app = '\xff'\n"}, {}, "`main.py:1` is not valid Python"),
        (
            {"main.py": "def handler(event, context):\n    return {'statusCode': 200, 'body': event['path']}\n"},
            {},
            "no ASGI application was found behind the handler `main.handler`",
        ),
        (
            {
                "main.py": "from fastapi import FastAPI\nfrom mangum import Mangum\none, two = FastAPI(), FastAPI()\n"
                "first = Mangum(one)\nsecond = Mangum(two)\n"
                "def handler(event, context):\n    return (first if event else second)(event, context)\n"
            },
            {},
            "the handler `main.handler` serves 2 applications: `main:one`, `main:two`",
        ),
        (
            {
                "main.py": "from apig_wsgi import make_lambda_handler\nfrom flask import Flask\napp = Flask(__name__)\n"
                "handler = make_lambda_handler(app)\n"
            },
            {},
            r"`main.py:4` serves a WSGI application \(flask\) through apig-wsgi",
        ),
        (
            {
                "main.py": "import serverless_wsgi\nfrom flask import Flask\napp = Flask(__name__)\n"
                "def handler(event, context):\n    return serverless_wsgi.handle_request(app, event, context)\n"
            },
            {},
            "serves a WSGI application .* through serverless-wsgi",
        ),
        (
            {
                "main.py": "import awsgi\nfrom flask import Flask\napp = Flask(__name__)\n"
                "def handler(event, context):\n    return awsgi.response(app, event, context)\n"
            },
            {},
            "serves a WSGI application .* through awsgi",
        ),
        (
            {"main.py": "", **installed("wrapper", "1.0", "wrapper")},
            {"handler": "wrapper.core.handler"},
            "the handler `wrapper.core.handler` is not the function's own code but that of a package",
        ),
    ],
)
def test_what_cannot_be_lifted_is_told_with_what_to_do(files: Any, facts: Any, message: str) -> None:
    with pytest.raises(MigrateError, match=message) as caught:
        surveyed(files, replace(FACTS, **facts))
    assert caught.value.hint


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"python": "banana"}, "`banana` is not a Python version"),
        ({"app": "main"}, "`main` is not an application's name"),
        ({"app": "web:app"}, "the application `web:app` is not in the code: `web.py` is missing"),
        ({"app": "main:web"}, "the application `main:web` is not in `main.py`: nothing there is called `web`"),
    ],
)
def test_options_that_cannot_be_right_are_told(options: dict[str, str], message: str) -> None:
    with pytest.raises(MigrateError, match=message) as caught:
        surveyed({"main.py": MAIN}, **options)
    assert caught.value.hint


def test_the_user_may_choose_a_later_python() -> None:
    assert surveyed({"main.py": MAIN}, replace(FACTS, runtime="python3.8"), python="3.13").python == "3.13"


def test_a_disk_that_is_full_is_named() -> None:
    with pytest.raises(MigrateError, match=r"cannot be looked at in `.*`: No space left on device"), scratch.folder():
        raise OSError(errno.ENOSPC, "No space left on device")


def test_metadata_cannot_smuggle_lines_into_the_requirements() -> None:
    info = "evil-1.0.dist-info"
    smuggled = "Name: evil\n --index-url=https://example.com\nVersion: 1.0\n --pre\n"
    files = {"main.py": MAIN, "evil/__init__.py": "", f"{info}/METADATA": smuggled, f"{info}/RECORD": "x" * 200_000}
    lines = surveyed(files).needed.lines
    assert "evil==1.0" in lines
    assert all(line.isprintable() and "--" not in line for line in lines)


def test_what_lambda_provided_is_declared_now_and_what_nobody_provides_is_told() -> None:
    code = MAIN + (
        "import botocore, boto3.session\nimport requests\nimport numpy as np\nfrom yaml import load\nimport os.path\n"
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    import mypy_boto3_s3\n"
        "try:\n    import orjson\nexcept ImportError:\n    orjson = None\n"
    )
    files = {"main.py": code, "requirements.txt": "fastapi\nmangum>=0.19\nrequests==2.32.0  # http\npyyaml==6.0.2\n"}
    needed = surveyed(files).needed
    assert needed.provided == ("boto3", "botocore")
    assert needed.unknown == ("numpy",)
    assert needed.unpinned == ("botocore", "fastapi", "mangum>=0.19")
    assert "requests==2.32.0" in needed.lines


@pytest.mark.parametrize(
    ("declared", "line"),
    [
        ("boto3>=1.35", "boto3==1.43.106"),
        ("boto3", "boto3==1.43.106"),
        ("Boto3>=1.30,<1.40", "Boto3>=1.30,<1.40"),
        ("boto3==1.38.1", "boto3==1.38.1"),
        ("boto3[crt]>=1.35", "boto3[crt]>=1.35"),
        ('boto3>=1.35; python_version > "3.8"', 'boto3>=1.35; python_version > "3.8"'),
    ],
)
def test_boto3_is_pinned_where_what_is_declared_allows_it(declared: str, line: str) -> None:
    needed = surveyed({"main.py": MAIN, "requirements.txt": f"{declared}\n"}).needed
    assert [each for each in needed.lines if each.lower().startswith("boto3")] == [line]
    assert (line in needed.unpinned) is ("==" not in line)


def test_boto3_follows_the_botocore_that_came_along() -> None:
    files = {"main.py": MAIN, **installed("botocore", "1.34.7", "botocore"), "requirements.txt": "fastapi\nmangum"}
    assert "boto3==1.34.7" in surveyed(files).needed.lines


@pytest.mark.parametrize("line", ["uvicorn==0.15.0", "uvicorn[standard] == 0.18.3", "Uvicorn==0.15"])
def test_a_uvicorn_that_never_ran_on_lambda_makes_way(line: str) -> None:
    needed = surveyed({"main.py": MAIN, "requirements.txt": line}).needed
    kept = "uvicorn[standard]==0.54.0" if "[standard]" in line else "uvicorn==0.54.0"
    assert [each for each in needed.lines if each.startswith("uvicorn")] == [kept]
    assert [new for _, new in needed.replaced] == [kept]


def test_python_3_9_gets_what_still_runs_on_it() -> None:
    needed = surveyed({"main.py": MAIN}, replace(FACTS, runtime="python3.9")).needed
    assert "uvicorn==0.39.0" in needed.lines
    assert "pytest==8.4.2" in needed.development


def test_layers_become_requirements_and_their_own_modules_code() -> None:
    layer = {
        "python/shared/__init__.py": "",
        "python/main.py": "the function's own comes first",
        "bin/tool": "binary",
        **installed("aws-lambda-powertools", "3.1.0", "aws_lambda_powertools", root="python/"),
        **installed("fastapi", "0.1", "fastapi", root="python/lib/python3.12/site-packages/"),
    }
    files = {"main.py": MAIN + "import shared, aws_lambda_powertools\n", **installed("fastapi", "0.115.0", "fastapi")}
    found = surveyed(files, layers=[layer])
    assert set(found.contents) == {"main.py", "shared/__init__.py"}
    assert found.contents["main.py"].decode().startswith("from fastapi")
    assert {"aws-lambda-powertools==3.1.0", "fastapi==0.115.0"} <= set(found.needed.lines)
    assert found.needed.unknown == ("mangum",)
    assert list(found.code.left_out) == ["a layer (1 file)"]


def test_secrets_never_become_part_of_what_is_written() -> None:
    environment = {
        "TABLE": "orders",
        "DB_PASSWORD": "hunter2",
        "DATABASE_URL": "postgres://me:hunter2@db/orders",
        "PARTITION_KEY": "pk",
        "STRIPE_KEY": "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
        "OPAQUE": "q8ZkP0v3LmX7aYt2Rb9WcD4e",
        "SECRET_ARN": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders",
        "QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/orders",
        "MULTI": "a\nb",
        "AWS_LAMBDA_EXEC_WRAPPER": "/opt/wrap",
        "USER_POOL": "eu-west-1_AbCdEfGhI",
    }
    files = {"main.py": MAIN, ".env": "DB_PASSWORD=hunter2", "certs/private.pem": "-----BEGIN", ".env.example": "A=1"}
    found = surveyed(files, replace(FACTS, environment=environment))
    assert {each.name: each.text for each in found.references} == {
        name: f"secretsmanager:orders/{name}"
        for name in ("DATABASE_URL", "DB_PASSWORD", "MULTI", "OPAQUE", "STRIPE_KEY")
    }
    assert {each.name for each in found.variables if each.fate == "value"} == {
        "PARTITION_KEY",
        "QUEUE_URL",
        "SECRET_ARN",
        "TABLE",
        "USER_POOL",
    }
    assert [each.name for each in found.variables if each.fate == "platform"] == ["AWS_LAMBDA_EXEC_WRAPPER"]
    assert {path: why for path, why in found.code.left_out.items() if "secret" in why} == {
        ".env": "it looks like it holds secrets",
        "certs/private.pem": "it looks like it holds secrets",
    }
    assert "hunter2" not in repr(found.variables) + repr(found.warnings)


def test_secrets_in_the_code_are_told_by_line() -> None:
    key = "AKIA" + "IOSFODNN7EXAMPLE"
    found = surveyed({"main.py": MAIN + f'KEY = "{key}"\n'})
    assert found.secrets_in_code == (("main.py", 6, "an AWS access key"),)


def test_source_code_alone_is_enough() -> None:
    files = {
        "src/main.py": MAIN
        + 'import os\nTABLE = os.environ["TABLE"]\nTOKEN = os.environ["API_TOKEN"]\nos.getenv("X", "")\n',
        "pyproject.toml": '[project]\nname = "orders"\ndependencies = ["fastapi==0.120.0", "mangum==0.19.0"]\n',
        "tests/test_it.py": "",
    }
    found = surveyed(files, FunctionFacts("orders"))
    assert (found.application.handler, found.application.app) == ("main.handler", "main:app")
    assert set(found.contents) == {"main.py"}
    assert {each.name: each.fate for each in found.variables} == {"API_TOKEN": "reference", "TABLE": "unset"}
    assert (found.python, found.needed.unpinned) == ("3.12", ())


def test_a_handler_in_a_folder_is_lifted_from_there() -> None:
    found = surveyed({"backend/app/main.py": MAIN, "README.md": ""}, replace(FACTS, handler="app/main.handler"))
    assert set(found.contents) == {"app/main.py"}


def test_paths_that_the_application_has_itself_stay_its_own() -> None:
    found = surveyed({"main.py": MAIN + '@app.get("/healthz")\ndef healthz(): ...\n'})
    assert (found.health, found.readiness) == ("/-/healthz", "/readyz")


@pytest.mark.parametrize(
    ("work", "severities", "around"),
    [
        ("print(event)", [], False),
        ("event['stage'] = 'shop'", ["warn"], True),
        ("event['path'] = event['path'].removeprefix('/shop')", ["error"], True),
    ],
)
def test_a_hook_is_written_for_work_around_the_adapter_whether_it_is_an_error_or_a_warning(
    work: str, severities: list[str], around: bool
) -> None:
    handler = f"asgi = handler\ndef handler(event, context):\n    {work}\n    return asgi(event, context)\n"
    found = surveyed({"main.py": MAIN + handler})

    told = [each.finding.severity.value for each in found.analysis.accepted if each.finding.code == "LM012"]
    assert (told, found.around) == (severities, around)


def test_a_package_called_service_keeps_its_name() -> None:
    found = surveyed({"main.py": MAIN, "service/__init__.py": "", "web_service.py": ""})
    assert found.package == "lifted_service"
