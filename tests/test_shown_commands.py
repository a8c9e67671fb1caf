"""Every command line that a page or a command's help shows: the program takes it as it is written, and a test runs it.

What needs no AWS is run here, word for word. All else is about an account: its command is typed by a test on the
embedded AWS, by the tutorial, which a test types, or by the demo, which a test tells.
"""

from __future__ import annotations

import ast
import re
import shlex
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.cli.command_line import plain
from lambda_migrate.cli.registry import ENTRIES, entry, load, words
from tests.support.screen import call

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
PLACEHOLDER = re.compile(r"^(COMMAND|--|-)")
RUN_HERE = {"explain", "schema", "status", "history"}
"""Commands that read what is on this machine and nothing else."""


def shown(page: Path) -> Iterator[str]:
    """Yield what follows ``lambda-migrate`` wherever a page shows it: in its blocks, and in its sentences."""
    text = page.read_text(encoding="utf-8")
    for block in re.findall(r"^```(?:\w*)(?: [^\n]*)?\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        for line in re.findall(r"(?:^|\$ |&& |\$\()lambda-migrate ([^\n]*)", block, re.MULTILINE):
            yield re.split(r"(?: |^)#| \| | && | > |\)|;", line)[0].strip()
    for line in re.findall(r"(?<!`)`lambda-migrate ([^`\n]+)`", text):
        yield line


def lines() -> list[str]:
    """Return every line that some page shows, once."""
    every = (line for page in PAGES for line in shown(page))
    return sorted({line for line in every if line and not PLACEHOLDER.match(line)})


@pytest.mark.parametrize("line", lines())
def test_the_program_takes_a_line_as_it_is_shown(line: str) -> None:
    arguments = plain(shlex.split(line))
    command, rest = load(arguments[0]), arguments[1:]
    assert command is not None, f"`{arguments[0]}` is not a command"
    if known := entry(arguments[0]):
        inner = [word for word in rest[:1] if known.commands and not word.startswith("-")]
        for word in inner:
            command, rest = command.commands[word], rest[1:]

    if not {"--help", "-h"} & set(rest):
        command.make_context(arguments[0], rest)  # raises where an option or a value is not one of the command's


def _parts(node: ast.AST) -> list[ast.expr]:
    """Return what may say a command line: the arguments of a call, the elements of a list, or a text."""
    if isinstance(node, ast.Call):
        return node.args
    if isinstance(node, (ast.List, ast.Tuple)):
        return node.elts
    return [node] if isinstance(node, ast.Constant) else []


@cache
def typed_by_tests() -> frozenset[tuple[str, ...]]:
    """Return how the command lines begin that tests type: as arguments of a call, in a list, or in one text."""
    names = {each.name for each in ENTRIES}
    tutorial = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    found = {tuple(line.split()[:2]) for line in re.findall(r"lambda-migrate ([a-z][^\n]*)", tutorial)}
    for path in sorted((ROOT / "tests").rglob("*.py")):
        if path == Path(__file__):
            continue
        for node in ast.walk(ast.parse(path.read_bytes())):
            said = [each.value for each in _parts(node) if isinstance(getattr(each, "value", 0), str)]
            begun = said[0].split()[:2] if len(said) == 1 else said[:2]
            if begun and begun[0] in names:
                found.add(tuple(begun))
    return frozenset(found | {line[:1] for line in found})


@pytest.mark.parametrize("line", [line for line in lines() if shlex.split(line)[0] not in RUN_HERE])
def test_the_command_of_a_line_that_needs_aws_is_typed_by_a_test(line: str) -> None:
    assert tuple(words(plain(shlex.split(line)))) in typed_by_tests()


@pytest.mark.parametrize("line", [line for line in lines() if shlex.split(line)[0] in RUN_HERE])
def test_a_line_that_needs_no_aws_runs(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("migration.yaml", "orders.yaml", "billing.yaml"):
        (tmp_path / name).write_text("function: orders\n")
    monkeypatch.chdir(tmp_path)
    arguments = [argument for argument in shlex.split(line) if argument not in ("NAME", "<kind>", "--aws")]

    assert call(*arguments).code == 0
