"""Names that mean something to one of the formats that `init` writes: every file of the repository still parses."""

from __future__ import annotations

import ast
import json
import re
import shlex
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest
import yaml

from lambda_migrate.scaffold import FunctionFacts, Options, from_zip, migration, plan, survey, write
from lambda_migrate.scaffold.templates import code_span, glob_of, literal, one_line
from lambda_migrate.scaffold.variables import sort
from lambda_migrate.targets.process import web_command
from tests.scaffold.packages import MAIN, zipped

if TYPE_CHECKING:
    from pathlib import Path

NASTY = (
    "it's",
    'a "b" c',
    "{{ 7 * 7 }}",
    "${HOME}",
    "$(id)",
    "`id`",
    "-rf",
    "a;b",
    "[x]",
    "a*b?",
    "#c",
    "é",
    "a: b",
    "%s",
)
NAMES = tuple(name for name in NASTY if ":" not in name)
"""Those that a file at the root can have: a colon there is a drive, and refused."""
FILES = {
    "main.py": MAIN,
    **{f"{name}.py": "x = 1\n" for name in NAMES},
    **{f"{name}/inner.py": "import os, sys\nprint( 1 )\n" for name in NAMES},
    **{f"data/{name}.json": "{}" for name in NASTY},
    **{f"broken/{name}.py": "def (:\n" for name in NASTY},
    "asks.py": "import os\nos.environ['A\\nB=c']\nos.environ['it\\'s']\nos.environ['GOOD']\n",
}
FACTS = FunctionFacts(
    'or"ders\n# ${x} {{ y }}',
    region="eu-west-1",
    account="123456789012",
    runtime="python3.12",
    handler="main.handler",
    environment={
        f"V{number}": value
        for number, value in enumerate(
            (*NASTY, "a\nEVIL=1", "a\u2028EVIL=1", "a\x85EVIL=1", "a\x0bEVIL=1", "a\rEVIL=1")
        )
    },
    role="arn:aws:iam::123456789012:role/`x`\n- [ ] evil",
    policies={"a`b\n# evil": None},
    layers=("arn:aws:lambda:eu-west-1:123456789012:layer:it's:1",),
)


@pytest.fixture(scope="module", params=["url", "elastic-beanstalk", "ecs", "process"])
def repository(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile") / 'it\'s a "repository"'
    write(plan(from_zip(zipped(FILES)), FACTS, Options(folder, request.param)), folder)
    return folder


def test_toml_yaml_json_and_python_parse(repository: Path) -> None:
    written = [path for path in repository.rglob("*") if path.is_file() and "src" not in path.parts]
    parsed = 0
    for path in written:
        text = path.read_text(encoding="utf-8") if path.suffix != ".whl" else ""
        match path.suffix:
            case ".toml":
                tomllib.loads(text)
            case ".yml" | ".yaml" | ".config":
                yaml.safe_load(text)
            case ".json":
                json.loads(text)
            case ".py":
                ast.parse(text)
            case _:
                continue
        parsed += 1
    assert parsed > 8


def test_paths_mean_themselves_in_the_settings_of_ruff_and_mypy(repository: Path) -> None:
    settings = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["tool"]

    assert f"src/{glob_of('broken/[x].py')}" in settings["ruff"]["extend-exclude"]
    patterns = [re.compile(pattern) for pattern in settings["mypy"]["exclude"]]
    for name in ("it's", 'a "b" c', "a;b", "[x]"):
        assert any(pattern.search(f"src/{name}.py") for pattern in patterns), name
    checked = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", "."],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


def test_the_settings_of_the_service_hold_the_names_as_they_are(repository: Path) -> None:
    tree = ast.parse((repository / "service" / "settings.py").read_text(encoding="utf-8"))
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}

    assert {FACTS.name, "main.handler"} <= texts


def test_no_variable_begins_a_line_of_its_own(repository: Path) -> None:
    for name in ("environment.defaults", "environment.local"):
        lines = (repository / name).read_text(encoding="utf-8").splitlines()
        names = {line.partition("=")[0] for line in lines if line and not line.startswith("#")}
        assert [each for each in names if not re.fullmatch(r"V\d+|AWS_\w+|GOOD|[A-Z_]+", each)] == []
        assert "EVIL" not in names
    defaults = (repository / "environment.defaults").read_text(encoding="utf-8").splitlines()
    assert [line for line in defaults if line == "V0=it's"] == ["V0=it's"]


def test_the_pages_have_no_lines_that_a_name_brought(repository: Path) -> None:
    for page in ("README.md", "MIGRATION.md"):
        lines = (repository / page).read_text(encoding="utf-8").splitlines()
        assert [line for line in lines if line.strip() in ("# evil", "- [ ] evil", "# ${x} {{ y }}")] == []


def test_the_shell_reads_one_command(repository: Path) -> None:
    assert shlex.split(web_command(repository)) == ["python", "-m", "service"]
    subprocess.run(["make", "-n", "check"], cwd=repository, check=True, capture_output=True)


def test_migration_yaml_says_the_names_as_they_are(tmp_path: Path) -> None:
    folder, source = tmp_path / "it's: #1", from_zip(zipped(FILES))
    options = Options(folder / 'a "b" {{c}}')
    text = migration(survey(source, FACTS, options), FACTS, options, folder=folder, source=folder / "-x: y")

    said = yaml.safe_load(text)

    assert (said["function"], said["source"], said["service"]["directory"]) == (FACTS.name, "-x: y", 'a "b" {{c}}')


@pytest.mark.parametrize(
    "text", [*NASTY, "a\nb", "\0", "\x7f", "\u2028", "\U000e0001", "\\", "'\"", '"', "'''", '"""', "\\u0041", "\r\n"]
)
def test_a_text_is_the_same_in_python_and_toml(text: str) -> None:
    assert ast.literal_eval(literal(text)) == text
    assert tomllib.loads(f"a = {literal(text)}")["a"] == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a", "`a`"), ("a`b", "`` a`b ``"), ("``", "``` `` ```"), ("a\nb", "`a\\u000ab`"), ("\u202e", "`\\u202e`")],
)
def test_code_in_markdown(text: str, shown: str) -> None:
    assert code_span(text) == shown
    assert one_line("\n") == "\n"
    assert one_line("a\nb") == "a\\u000ab"


def test_values_with_line_ends_of_any_kind_are_references() -> None:
    values = {"A": "plain", "B": "a\u2028b", "C": "a\x85b", "D": "a\x1eb", "E": "a\tb"}

    assert [each.fate for each in sort(values, "f")] == ["value", *["reference"] * 4]
