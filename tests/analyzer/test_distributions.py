"""Requirement files are read as installers read them, and imports are matched to distributions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambda_migrate.analyzer.distributions import Requirements, find_requirements
from tests.analyzer.projects import write

if TYPE_CHECKING:
    from pathlib import Path

PROJECT = """
[project]
name = "x"
dependencies = ["boto3>=1", "pydantic[email]==2.*"]
[dependency-groups]
test = ["moto"]
"""
POETRY = """
[tool.poetry.dependencies]
python = "^3.11"
boto3 = "^1"
pydantic = { version = "^2", extras = ["email"] }
[tool.poetry.group.dev.dependencies]
moto = "*"
"""


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {
                "requirements.txt": "# why\n-r base.in\n--index-url https://example.com\nboto3==1.2 # x\n"
                "-e git+https://example.com/x.git#egg=Own_Package\n",
                "base.in": "-r requirements.txt\nPyYAML; python_version > '3'\n",
                "requirements-dev.txt": "moto\n",
            },
            {"boto3", "own-package", "pyyaml"},
        ),
        ({"requirements/base.txt": "boto3\n", "requirements/test.txt": "moto\n"}, {"boto3"}),
        ({"requirements-docker.txt": "boto3\n", "requirements_ci.txt": "moto\n"}, {"boto3"}),
        ({"requirements.in": "boto3\nmoto\n", "requirements.txt": "boto3==1.40\n"}, {"boto3"}),
        ({"requirements.in": "passlib[bcrypt]\n"}, {"passlib", "bcrypt"}),
        ({"Pipfile": '[packages]\nuvicorn = {extras = ["standard"], version = "*"}\n'}, {"uvicorn", "websockets"}),
        ({"pyproject.toml": PROJECT}, {"boto3", "pydantic", "email-validator"}),
        ({"pyproject.toml": POETRY}, {"boto3", "pydantic", "email-validator"}),
        ({"poetry.lock": '[[package]]\nname = "six"\nversion = "1"\n'}, {"six"}),
        ({"Pipfile": '[packages]\nboto3 = "*"\n[dev-packages]\nmoto = "*"\n'}, {"boto3"}),
        ({"Pipfile.lock": '{"default": {"boto3": {}}, "develop": {"moto": {}}}'}, {"boto3"}),
        ({"setup.cfg": "[options]\ninstall_requires =\n    boto3\n    six>1\n"}, {"boto3", "six"}),
        ({"setup.py": "from setuptools import setup\nsetup(install_requires=['boto3', 'six'])\n"}, {"boto3", "six"}),
        ({"requirements.txt": ""}, set()),
        ({"pyproject.toml": "this is not TOML"}, set()),
        ({"setup.py": "this is not Python"}, set()),
        ({"setup.cfg": "no section\n"}, set()),
        ({"pyproject.toml": "project = 3\n"}, set()),
    ],
)
def test_declared_distributions(files: dict[str, str], expected: set[str], tmp_path: Path) -> None:
    write(tmp_path, dict(files))

    lines = find_requirements(tmp_path)

    assert lines is not None
    assert expected <= Requirements(lines).names
    assert not Requirements(lines).declares("moto")
    assert bool(expected) == bool(Requirements(lines).names)


def test_nothing_declared_is_not_the_same_as_an_empty_file(tmp_path: Path) -> None:
    assert find_requirements(tmp_path) is None


@pytest.mark.parametrize(
    ("requirement", "imported", "provided"),
    [
        ("python-jose[cryptography]==3.3", "jose", True),
        ("PyJWT", "jwt", True),
        ("Pillow>=9", "PIL", True),
        ("google-cloud-storage", "google", True),
        ("fastapi", "starlette", True),
        ("fastapi", "pydantic_core", True),
        ("scikit-learn", "sklearn", True),
        ("beautifulsoup4", "bs4", True),
        ("psycopg2-binary", "psycopg2", True),
        ("boto3", "dateutil", True),
        ("python-json-logger", "pythonjsonlogger", True),
        ("opensearch-py", "opensearchpy", True),
        ("fastapi[ standard ]>=0.115", "httpx", True),
        ("fastapi", "httpx", False),
        ("celery[redis, sqs]", "redis", True),
        ("boto3-stubs[s3]", "boto3", False),
        ("types-requests", "requests", False),
        ("requests", "httpx", False),
        ("flask", "fastapi", False),
    ],
)
def test_imports_a_distribution_provides(requirement: str, imported: str, provided: bool) -> None:
    assert Requirements([requirement]).provides(imported) is provided
