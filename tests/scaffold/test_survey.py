"""What `init` finds out, and what it cannot lift."""

from __future__ import annotations

import errno
import io
import stat
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lambda_migrate import config
from lambda_migrate.errors import MigrateError
from lambda_migrate.scaffold import FunctionFacts, Options, from_directory, from_zip, migration, render, scratch, survey
from tests.scaffold.packages import FACTS, MAIN, installed, surveyed


@pytest.mark.parametrize(
    ("files", "facts", "message"),
    [
        ({"index.js": ""}, {}, "there is no Python code in the function's package"),
        ({"main.py": MAIN}, {"runtime": "nodejs22.x"}, "`orders` runs on `nodejs22.x`"),
        ({"main.py": MAIN}, {"runtime": "python3.8"}, "`orders` runs on Python 3.8, and a service needs 3.9 or later"),
        ({"main.py": MAIN}, {"runtime": "python2.7"}, "`orders` runs on `python2.7`"),
        (
            {"main.py": MAIN},
            {"handler": "app.handler"},
            "the handler `app.handler` is not in the function's package: there is no `app.py`",
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
            {"main.py": f"{MAIN}other = Mangum(app)\ndef handle(event, context):\n    return other(event, context)\n"},
            {"handler": "main.handle"},
            "the handler `main.handle` serves `main:app` in 2 ways: `main.py:5` and `main.py:6`",
        ),
        ({"main.py": "app = (\n"}, {}, r"`main.py:1` is no Python: '\(' was never closed"),
        ({"main.py": b"app = '\xff'\n"}, {}, "`main.py:1` is no Python"),
        (
            {"main.py": "def handler(event, context):\n    return {}\n"},
            {},
            "there is no ASGI application behind the handler `main.handler`",
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
        ({"python": "banana"}, "`banana` is no version of Python"),
        ({"app": "main"}, "`main` names no application"),
        ({"app": "web:app"}, "the application `web:app` is not in the code: there is no `web.py`"),
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


def test_own_code_is_told_from_what_was_installed() -> None:
    files = {
        "main.py": MAIN + "import orders_core\n",
        "data/rates.json": "{}",
        "main.pyc": "x",
        **installed("fastapi", "0.115.0", "fastapi"),
        **installed("python-jose", "3.3.0", "jose", record=False),
        **installed("Mangum", "0.19.0", "mangum"),
        "python_jose-3.3.0.dist-info/top_level.txt": "jose\n",
        **installed("orders-core", "1.0", "orders_core"),
        "orders_core-1.0.dist-info/direct_url.json": '{"url": "file:///build"}',
    }
    found = surveyed(files)
    assert sorted(found.contents) == [
        "data/rates.json",
        "main.py",
        "orders_core/__init__.py",
        "orders_core/core.py",
    ]
    assert [line for line in found.needed.lines if not line.startswith(("boto3", "crypt", "uvicorn"))] == [
        "fastapi==0.115.0",
        "Mangum==0.19.0",
        "python-jose==3.3.0",
    ]
    assert (found.needed.unpinned, found.needed.unknown) == ((), ())


def test_packages_whose_metadata_was_removed_are_known_all_the_same() -> None:
    files = {
        "main.py": MAIN + "import yaml\n",
        "fastapi/__init__.py": '"""FastAPI"""\n\n__version__ = "0.115.6"\n',
        "fastapi/routing.py": "",
        "mangum/__init__.py": "",
        "pydantic/version.py": "VERSION = '2.10.4'\n",
        "typing_extensions.py": "",
        "yaml/__init__.py": "__version__ = '6.0.2'\n",
        "orders/version.py": "VERSION = '1'\n",
    }
    found = surveyed(files)
    assert set(found.contents) == {"main.py", "orders/version.py"}
    assert set(found.needed.lines) > {
        "fastapi==0.115.6",
        "mangum",
        "pydantic==2.10.4",
        "pyyaml==6.0.2",
        "typing-extensions",
    }


def test_modules_of_the_user_s_that_have_the_name_of_a_package_stay_the_user_s() -> None:
    own = {
        "main.py": MAIN,
        "alembic/env.py": "from alembic import context\n",
        "alembic/versions/1_orders.py": "",
        "click/__init__.py": "",
        "jwt.py": "def decode(): ...\n",
    }
    assert set(surveyed(own).contents) == set(own)
    beside = {**own, "fastapi/__init__.py": '__version__ = "0.115.6"\n', "alembic/__init__.py": ""}
    assert set(own) - set(surveyed(beside).contents) == {"click/__init__.py"}


def test_programs_that_came_with_the_code_are_lifted_and_scripts_of_installers_are_not() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, content, mode in (
            ("main.py", MAIN, 0o644),
            ("bin/convert", "\x7fELF", 0o755),
            ("bin/models/rates.bin", "x", 0o644),
            ("bin/uvicorn", "#!/usr/local/bin/python3.12\nimport sys\n", 0o755),
            ("bin/fastapi", "#!/bin/sh\n'''exec' \"/a b/bin/python\" \"$0\"\n", 0o755),
        ):
            entry = zipfile.ZipInfo(path)
            entry.external_attr = (stat.S_IFREG | mode) << 16
            archive.writestr(entry, content)
    options = Options(Path("unused"), baseline=False)
    found = survey(from_zip(buffer.getvalue()), FACTS, options)
    assert set(found.contents) == {"main.py", "bin/convert", "bin/models/rates.bin"}
    assert [path for path, file in render(found, FACTS, options).items() if file.executable and "src/" in path] == [
        "src/bin/convert"
    ]


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


def test_boto3_follows_the_botocore_that_came_along() -> None:
    files = {"main.py": MAIN, **installed("botocore", "1.34.7", "botocore"), "requirements.txt": "fastapi\nmangum"}
    assert "boto3==1.34.7" in surveyed(files).needed.lines


@pytest.mark.parametrize("line", ["uvicorn==0.15.0", "uvicorn[standard] == 0.18.3", "Uvicorn==0.15"])
def test_a_uvicorn_that_never_ran_on_lambda_makes_way(line: str) -> None:
    lines = [surveyed({"main.py": MAIN, "requirements.txt": text}).needed.lines for text in ("", line)]
    assert lines[1] == lines[0]


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


def test_files_that_hold_secrets_stay_behind_and_authorities_come_along() -> None:
    authority, key = ("-----BEGIN CERTIFICATE-----\n", "-----BEGIN PRIVATE " + "KEY-----\n")
    secret = {
        "prod.env": "A=1",
        "config/secrets.yaml": "a: 1",
        "client.pem": authority + key,
        "id_rsa": key,
        "x.pem": "",
    }
    found = surveyed({"main.py": MAIN, "global-bundle.pem": authority, "conf.env.example": "", **secret})
    assert set(found.contents) == {"main.py", "global-bundle.pem", "conf.env.example"}
    assert found.code.left_out == dict.fromkeys(secret, "it looks like it holds secrets")


def test_libraries_of_a_package_without_a_record_stay_behind_with_it() -> None:
    numpy = installed("numpy", "2.3.0", "numpy", record=False)
    assert set(surveyed({"main.py": MAIN, **numpy, "numpy.libs/libopenblas.so": "x"}).contents) == {"main.py"}


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


def test_a_module_with_a_name_of_python_s_own_is_told() -> None:
    found = surveyed({"main.py": MAIN, "calendar.py": ""})
    assert found.warnings[0].startswith("`calendar` has the name of a module of Python itself")


def test_files_that_are_one_to_some_file_systems_are_told() -> None:
    found = surveyed({"main.py": MAIN, "data/Rates.json": "1", "data/rates.json": "2"})
    assert found.warnings[0] == (
        "`data/Rates.json` and `data/rates.json` differ in upper and lower case alone: "
        "lift them on Linux, where both can be"
    )


def test_modules_without_their_source_are_told() -> None:
    files = {"main.py": MAIN, "main.pyc": "x", "rates.pyc": "x", "__pycache__/old.cpython-312.pyc": "x"}
    assert surveyed(files).warnings[0] == (
        "`rates.pyc` is not lifted: it is compiled, and its source is not there; lift that"
    )


def test_version_control_that_was_packed_stays_behind() -> None:
    found = surveyed({"main.py": MAIN, ".git/config": "", ".git/hooks/pre-commit": "#!/bin/sh"})
    assert set(found.contents) == {"main.py"}
    assert found.code.left_out == {".git/ (2 files)": "it is version control, not code"}


def test_a_package_called_service_keeps_its_name() -> None:
    found = surveyed({"main.py": MAIN, "service/__init__.py": "", "web_service.py": ""})
    assert found.package == "lifted_service"


def test_the_configuration_says_what_was_found(tmp_path: Path) -> None:
    settings = 'lifespan="off", api_gateway_base_path="api", exclude_headers=["x-a"]'
    code = MAIN.replace("Mangum(app)", f"Mangum(app, {settings})")
    options = Options(tmp_path / "repo" / "orders", target="url")
    source = tmp_path / "old"
    source.mkdir()
    (source / "main.py").write_text(code)
    found = survey(from_directory(source), FACTS, options)
    text = migration(found, FACTS, options, folder=tmp_path, source=source)
    read = config.parse(text)
    assert (read.function, read.region, read.account, read.source) == ("orders", "eu-west-1", "123456789012", "old")
    assert (read.service.directory, read.service.target.kind) == ("repo/orders", "url")
    assert (read.proxy.base_path, read.proxy.lifespan, read.proxy.exclude_headers) == ("/api", "off", ["x-a"])
    assert read.proxy.signing_keys == "secretsmanager:lambda-migrate/orders/signing-keys"
