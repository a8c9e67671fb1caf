"""`explain`: the topics, the pages of rules and gates, and the nearest name."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.actions import ACTIONS
from lambda_migrate.analyzer import explanation
from lambda_migrate.analyzer.rules import RULES
from lambda_migrate.gates import GATES, pages
from lambda_migrate.render.drawing import page
from lambda_migrate.render.terminal import PIPE_WIDTH
from lambda_migrate.workflow.topics import DRIFT, REGISTRIES, find, topics

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.screen import Answer

ROOT = Path(__file__).parents[2]


def test_explain_lists_and_explains(run: Callable[..., Answer]) -> None:
    listed = {topic["name"] for topic in run("explain", "--json").json["data"]["topics"]}

    assert {"exit-codes", "phases", "proxy", "cutover", "direct", "retire", "LM002", *ACTIONS} <= listed
    assert {gate.name for gate in GATES.values()} <= listed
    assert run("explain", "create_alias").out == (
        "create_alias  Make an alias that points at one version, without weights.\n"
        "\n"
        "Attributes:\n"
        "    function: Name of the function.\n"
        "    alias: Name of the alias.\n"
        "    version: A version's number, or `marker:<description>` of one.\n"
        "    description: What AWS shows beside it.\n"
        "\n"
        "It can be undone.\n"
    )


def test_explain_prints_the_page_of_a_rule_with_its_examples(run: Callable[..., Answer]) -> None:
    page = explanation("LM506").split("\n\n", 2)[2]

    assert run("explain", "LM506").out == f"LM506  partial-batch (info)\n\n{page}"
    assert run("explain", "lm506").out == run("explain", "partial-batch").out == run("explain", "LM506").out
    coloured = run("explain", "LM506", environ={"FORCE_COLOR": "1"}).out
    assert coloured.splitlines()[4] == "\x1b[1m## Why it breaks\x1b[0m"


def test_explain_prints_the_page_of_a_gate_as_plans_name_it(run: Callable[..., Answer]) -> None:
    answer = run("explain", "trigger:s3", "--json")

    gate = pages.find("trigger:s3")
    assert gate is not None
    text = pages.body(gate).removeprefix(f"{gate.title}\n").strip()
    assert answer.json["data"] == {"name": "trigger", "kind": "gate", "title": gate.title, "text": text}
    shown = f"trigger  {gate.title}\n\n{page(text, PIPE_WIDTH)}\n"
    assert run("explain", "trigger:s3").out == run("explain", "trigger").out == shown


def test_explain_knows_every_gate_by_the_name_that_a_refusal_has() -> None:
    assert {find(name).to_dict()["kind"] for name in GATES} == {"gate"}  # type: ignore[union-attr]  # None fails too
    assert find("snap_start") == find("SNAP-START") == find("snap-start")
    assert find("http-api") == find("http_api")
    assert find("lifespan_off") == find("LM002")


def test_no_two_topics_share_a_name() -> None:
    names = [name for registry in REGISTRIES for topic in registry() for name in (topic.name, topic.also) if name]

    assert sorted(names) == sorted(set(names))


def test_explain_says_of_drift_what_the_documentation_says() -> None:
    page = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")

    assert f"## Drift\n{DRIFT}\n" in page


def test_what_is_shown_names_no_page_that_only_a_checkout_has() -> None:
    """Whoever installed the package has no `docs/`; what it says more is a topic of `explain`."""
    told = [topic.name for topic in topics().values() if re.search(r"docs/[\w-]+\.md", f"{topic.title}{topic.text}")]
    shown = [
        f"{file.relative_to(ROOT)}:{text.lineno}"
        for file in sorted((ROOT / "lambda_migrate").rglob("*.py"))
        for text in _texts(ast.parse(file.read_text(encoding="utf-8")))
        if re.search(r"\bdocs/[\w-]+\.md|\b(gates|troubleshooting|freeze)#", text.value)
    ]

    assert (told, shown) == ([], [])


def _texts(module: ast.Module) -> Iterator[ast.Constant]:
    """Yield the string constants of a module that are not documentation of its own code."""
    alone = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node


@pytest.mark.parametrize(
    ("topic", "hint"),
    [
        ("snapstart", "did you mean `snap-start`?"),
        ("triger:s3", "did you mean `trigger:s3`?"),
        ("exit-code", "did you mean `exit-codes`?"),
        ("lifespan-of", "did you mean `lifespan-off`?"),
        ("doctor", "that is a command; `lambda-migrate doctor --help` says what it does"),
        ("LM999", f"rules go from LM000 to {RULES[-1].code}; `lambda-migrate explain` lists them"),
    ],
)
def test_explain_names_the_nearest_topic(topic: str, hint: str, run: Callable[..., Answer]) -> None:
    answer = run("explain", topic)

    assert (answer.code, answer.err) == (2, f"error: unknown topic `{topic}`\n\nhint: {hint}\n")
