"""What the old project declares, in every form: lines that pip takes, and what cannot be carried over is told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from lambda_migrate.scaffold import declared
from lambda_migrate.scaffold.declared.specifiers import specifier

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_migrate.scaffold.declared import Declared

POETRY = """
[tool.poetry]
name = "orders"
[tool.poetry.dependencies]
python = "^3.12"
fastapi = {version = "^0.115.0", extras = ["standard"]}
Mangum = "0.19.0"
corp = {git = "git@github.com:corp/corp.git", tag = "v2.0.0", subdirectory = "py"}
local = {path = "../local", develop = true}
pandas = {version = "*", optional = true}
pywin32 = {version = "*", markers = "sys_platform == 'win32'"}
numpy = [{version = "1.26.4", python = "<3.12"}, {version = "2.0.0", python = ">=3.12"}]
"""
POETRY_LOCK = """
[[package]]
name = "fastapi"
version = "0.115.2"
[package.dependencies]
starlette = ">=0.37,<0.41"
colorama = {version = "*", markers = "sys_platform == \\"win32\\""}
[[package]]
name = "starlette"
version = "0.40.0"
[[package]]
name = "colorama"
version = "0.4"
[[package]]
name = "pytest"
version = "8.0"
"""
UV = """
[project]
name = "orders"
dependencies = ["fastapi[standard]>=0.115", "mangum", "shared"]
[tool.uv.sources]
shared = {workspace = true}
"""
UV_LOCK = """
[[package]]
name = "orders"
source = {virtual = "."}
dependencies = [{name = "fastapi", extra = ["standard"]}, {name = "mangum"}, {name = "shared"}]
[package.dev-dependencies]
dev = [{name = "pytest"}]
[[package]]
name = "shared"
source = {editable = "shared"}
dependencies = [{name = "anyio"}]
[[package]]
name = "fastapi"
version = "0.115.2"
source = {registry = "https://packages.example/simple"}
[package.optional-dependencies]
standard = [{name = "uvicorn", marker = "sys_platform == 'linux'"}]
[[package]]
name = "mangum"
version = "0.19.0"
source = {git = "https://user:hunter2@example.com/mangum.git?rev=main#0123456789012345678901234567890123456789"}
[[package]]
name = "anyio"
version = "4.0"
resolution-markers = ["python_full_version < '3.10'"]
[[package]]
name = "anyio"
version = "4.9"
resolution-markers = ["python_full_version >= '3.10'"]
[[package]]
name = "uvicorn"
version = "0.30"
[[package]]
name = "pytest"
version = "8.0"
"""
PDM_LOCK = """
[[package]]
name = "fastapi"
version = "0.115.2"
groups = ["default"]
dependencies = ["starlette<0.41,>=0.37", "colorama; sys_platform == 'win32'"]
[[package]]
name = "starlette"
version = "0.40.0"
[[package]]
name = "colorama"
version = "0.4"
[[package]]
name = "pytest"
version = "8.0"
groups = ["dev"]
"""
PYLOCK = """
[[packages]]
name = "fastapi"
version = "0.115.2"
[[packages]]
name = "corp"
vcs = {type = "git", url = "https://example.com/corp.git", commit-id = "0123456789abcdef"}
[[packages]]
name = "wheel-only"
archive = {url = "https://example.com/wheel_only-1.0-py3-none-any.whl"}
[[packages]]
name = "pytest"
version = "8.0"
marker = "'dev' in dependency_groups"
"""
PIPFILE_LOCK = {
    "default": {
        "fastapi": {"version": "==0.115.0", "extras": ["standard"], "markers": "python_version >= '3.8'"},
        "colorama": {"version": "==0.4", "markers": "sys_platform == 'win32'"},
        "corp": {"git": "https://example.com/corp.git", "ref": "0123456789abcdef"},
        "here": {"path": ".", "editable": True},
    },
    "develop": {"pytest": {"version": "==8.0"}},
}
STRIPPED = (
    "was installed with credentials in its URL, which are left out; give them to git or pip where the service is built"
)
OF_OLD = "of the old project; lift its code too, or publish it"
FORMS: dict[str, tuple[dict[str, Any], list[str], list[str]]] = {
    "hashes and lines that go on": (
        {
            "requirements.txt": "fastapi==0.115.0 \\\n  --hash=sha256:aa \\\n  --hash=sha256:bb  # web\n"
            "mangum==1 --hash=sha256:c"
        },
        ["fastapi==0.115.0", "mangum==1"],
        [],
    ),
    "extras and markers": (
        {
            "requirements.txt": 'numpy==1.26 ; python_version < "3.12"\nnumpy==2.0; python_version >= "3.12"\n'
            "pywin32==306; sys_platform == 'win32'\npydantic [email] >= 2, < 3 # comment\nfastapi (==0.115.0)\n"
        },
        ["fastapi==0.115.0", 'numpy==2.0; python_version >= "3.12"', "pydantic[email]>=2,<3"],
        [],
    ),
    "addresses": (
        {
            "requirements.txt": "git+https://t0ken@example.com/corp.git@v1.0#egg=corp\ngit+https://example.com/a.git@main\n"
            "git+https://${TOKEN}@example.com/b.git@main#subdirectory=py\nfastapi @ https://example.com/fastapi-0.115.0-py3-none-any.whl\n"
            "-e git+ssh://git@example.com/c.git#egg=c\n-e ./libs/shared\n./vendor/foo-1.0-py3-none-any.whl\nfile:///tmp/x.whl\n"
        },
        [
            "git+https://example.com/a.git@main",
            "git+https://${TOKEN}@example.com/b.git@main#subdirectory=py",
            "c @ git+ssh://git@example.com/c.git",
            "corp @ git+https://example.com/corp.git@v1.0",
            "fastapi @ https://example.com/fastapi-0.115.0-py3-none-any.whl",
        ],
        [
            f"`./libs/shared` of `requirements.txt` is a path {OF_OLD}",
            f"`./vendor/foo-1.0-py3-none-any.whl` of `requirements.txt` is a path {OF_OLD}",
            f"`file:///tmp/x.whl` of `requirements.txt` is a path {OF_OLD}",
            f"`corp` {STRIPPED}",
        ],
    ),
    "includes, constraints and indexes": (
        {
            "requirements.txt": "--extra-index-url https://user:hunter2@pypi.example/simple\n"
            "-r base.txt\n-c versions.txt\n-r ../x.txt\n",
            "base.txt": "fastapi\n-r requirements.txt\n",
            "versions.txt": "fastapi==0.115.0\nstarlette==0.40.0\n",
            "constraints.txt": "mangum==0.19.0\n",
            "requirements-dev.txt": "pytest\n",
            "requirements/prod.txt": "mangum\n",
        },
        ["fastapi==0.115.0", "mangum==0.19.0"],
        [
            "`requirements.txt` looks for packages at `pypi.example` too; name it to pip where the service is built",
            "`../x.txt`, which `requirements.txt` includes, is not there; add what it requires",
        ],
    ),
    "another encoding": ({"requirements.txt": "fastapi==0.1\r\n".encode("utf-16")}, ["fastapi==0.1"], []),
    "sources of pip-tools": (
        {"requirements.in": "fastapi\n", "requirements-web.in": "mangum\n", "requirements-web.txt": "mangum==0.19.0\n"},
        ["fastapi", "mangum==0.19.0"],
        [],
    ),
    "Poetry": (
        {"pyproject.toml": POETRY},
        [
            "corp @ git+ssh://git@github.com/corp/corp.git@v2.0.0#subdirectory=py",
            "fastapi[standard]>=0.115.0,<0.116",
            "Mangum==0.19.0",
            "numpy==2.0.0",
        ],
        [f"`local` of `pyproject.toml` is a path {OF_OLD}"],
    ),
    "Poetry, locked": (
        {"pyproject.toml": '[tool.poetry.dependencies]\nfastapi = "*"\n', "poetry.lock": POETRY_LOCK},
        ["fastapi==0.115.2", "starlette==0.40.0"],
        [],
    ),
    "uv, locked": (
        {"pyproject.toml": UV, "uv.lock": UV_LOCK},
        [
            "anyio==4.9",
            "fastapi[standard]==0.115.2",
            "mangum @ git+https://example.com/mangum.git@0123456789012345678901234567890123456789",
            "uvicorn==0.30",
        ],
        [
            f"`shared` of `pyproject.toml` is a path {OF_OLD}",
            f"`mangum` {STRIPPED}",
        ],
    ),
    "pdm, locked": (
        {"pyproject.toml": '[project]\ndependencies = ["fastapi"]\n', "pdm.lock": PDM_LOCK},
        ["fastapi==0.115.2", "starlette==0.40.0"],
        [],
    ),
    "pylock.toml": (
        {"pylock.toml": PYLOCK},
        [
            "corp @ git+https://example.com/corp.git@0123456789abcdef",
            "fastapi==0.115.2",
            "wheel-only @ https://example.com/wheel_only-1.0-py3-none-any.whl",
        ],
        [],
    ),
    "Pipenv": (
        {
            "Pipfile": '[packages]\nfastapi = "~=0.115.0"\nmangum = {version = "==0.19.0", extras = ["x"]}\n'
            '[dev-packages]\npytest = "*"\n'
        },
        ["fastapi~=0.115.0", "mangum[x]==0.19.0"],
        [],
    ),
    "Pipenv, locked": (
        {"Pipfile": '[packages]\nfastapi = "*"\n', "Pipfile.lock": json.dumps(PIPFILE_LOCK)},
        [
            "corp @ git+https://example.com/corp.git@0123456789abcdef",
            "fastapi[standard]==0.115.0; python_version >= '3.8'",
        ],
        [],
    ),
    "setuptools": (
        {
            "setup.cfg": "[options]\ninstall_requires =\n    fastapi==0.115.0\n",
            "setup.py": "from setuptools import setup\nsetup(install_requires=['mangum==0.19.0'])\n",
        },
        ["fastapi==0.115.0", "mangum==0.19.0"],
        [],
    ),
    "what is not a requirement": (
        {"requirements.txt": "fastapi=1.0\nman\x07gum==1\n"},
        [],
        [
            "`fastapi=1.0` of `requirements.txt` is not a valid requirement; add what it means",
            "`man\\x07gum==1` of `requirements.txt` is not a valid requirement; add what it means",
        ],
    ),
    "what cannot be read": (
        {"pyproject.toml": "[project\n", "Pipfile.lock": "{", "requirements.txt": "fastapi==1\n"},
        ["fastapi==1"],
        [
            "`pyproject.toml` cannot be read (TOMLDecodeError); add what it requires",
            "`Pipfile.lock` cannot be read (JSONDecodeError); add what it requires",
        ],
    ),
    "nothing": ({}, [], []),
}


def read(folder: Path, files: dict[str, Any], root: str = "") -> Declared:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return declared.read(folder, root, "3.12")


@pytest.mark.parametrize("form", FORMS)
def test_every_form_becomes_lines_that_pip_takes(form: str, tmp_path: Path) -> None:
    files, lines, notes = FORMS[form]
    found = read(tmp_path / "project", files)
    by_name = sorted(found.requirements, key=lambda each: each.name)
    assert ([each.line for each in by_name], list(found.notes)) == (lines, notes)
    assert [canonicalize_name(Requirement(line).name) for line in lines if not line.startswith("git+")] == [
        each.name for each in by_name if each.written
    ]


def test_a_folder_of_the_code_has_its_own_beside_those_of_the_project(tmp_path: Path) -> None:
    files = {
        "requirements.txt": "fastapi==1\n",
        "backend/requirements.txt": "mangum==1\n",
        "other/requirements.txt": "x",
    }
    assert [each.line for each in read(tmp_path, files, "backend/").requirements] == ["fastapi==1", "mangum==1"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("*", ""),
        ("^1.2.3", ">=1.2.3,<2"),
        ("^0.2.3", ">=0.2.3,<0.3"),
        ("^0.0.3", ">=0.0.3,<0.0.4"),
        ("^0", ">=0,<1"),
        ("~1.2.3", ">=1.2.3,<1.3"),
        ("~1", ">=1,<2"),
        ("1.2.3", "==1.2.3"),
        ("=1.2.3", "==1.2.3"),
        ("1.*", "==1.*"),
        (">=1.2,<2", ">=1.2,<2"),
        (">= 1.2 < 2", ">=1.2,<2"),
        ("^1.0 || ^2.0", None),
        ("latest", None),
    ],
)
def test_versions_of_poetry_are_said_in_the_words_of_pip(written: str, meant: str | None) -> None:
    assert specifier(written) == meant
