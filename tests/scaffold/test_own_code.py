"""What of a package is the code of the team, what came along with it, and what stays behind."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

from lambda_migrate.scaffold import Options, from_zip, render, survey
from tests.scaffold.packages import FACTS, MAIN, installed, surveyed


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


def test_files_that_hold_secrets_stay_behind_and_authorities_come_along() -> None:
    authority, key = ("-----BEGIN CERTIFICATE-----\n", "-----BEGIN PRIVATE " + "KEY-----\n")
    secret = {
        "prod.env": "A=1",
        "config/secrets.yaml": "a: 1",
        "config/secrets.prod.yml": "a: 1",
        "infra/terraform.tfvars": 'password = "hunter2"',
        "infra/prod.auto.tfvars.json": "{}",
        "terraform.tfstate.backup": "{}",
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
