"""The rules' pages are made from the rules."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.analyzer import UnknownRule, explanation
from lambda_migrate.analyzer.pages import document
from lambda_migrate.analyzer.rules import RULES

if TYPE_CHECKING:
    from lambda_migrate.analyzer.rule import Rule

DOCS = Path(__file__).parents[2] / "docs" / "rules.md"


def test_the_written_page_is_current() -> None:
    assert DOCS.read_text(encoding="utf-8") == document(), (
        "run: python -m lambda_migrate.analyzer.documentation docs/rules.md"
    )


def test_the_page_is_written_by_the_module(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "lambda_migrate.analyzer.documentation", str(tmp_path / "rules.md")]
    subprocess.run(command, check=True, cwd=DOCS.parents[1])  # this very Python

    assert (tmp_path / "rules.md").read_text(encoding="utf-8") == document()


def test_a_page_has_everything_in_order() -> None:
    page = explanation("LM506")

    assert page == (
        "# LM506 partial-batch\n"
        "\n"
        "Severity: info.\n"
        "\n"
        "Finds answers that report which messages of a batch failed.\n"
        "\n"
        "## Why it breaks\n"
        "It does not, if the answer keeps its way: the event source mapping reads `batchItemFailures` from what the "
        "function\n"
        "returns. The service has to answer its events endpoint with exactly that JSON, and the proxy returns it "
        "unchanged.\n"
        "\n"
        "## Instead\n"
        "Return the same dictionary from the service's case for this event. A service that reads the queue itself "
        "deletes the\n"
        "messages that succeeded.\n"
        "\n"
        "## Found\n"
        "\n"
        "```python\n"
        "def handler(event, context):\n"
        "    return {'batchItemFailures': [{'itemIdentifier': '1'}]}\n"
        "```\n"
        "\n"
        "## Not found, rightly\n"
        "\n"
        "```python\n"
        "def handler(event, context):\n"
        "    return {'failures': []}\n"
        "```\n"
        "\n"
        "## Not found, although it should be\n"
        "\n"
        "```python\n"
        "def handler(event, context):\n"
        "    return dict(batchItemFailures=[])\n"
        "```\n"
    )


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_is_explained_by_code_and_name(rule: Rule) -> None:
    code, name = rule.code, rule.name

    assert explanation(code) == explanation(name) == explanation(code.lower())


@pytest.mark.parametrize(
    ("wanted", "hint"),
    [
        ("LM999", "rules go from LM000 to LM803"),
        ("gateway-evnt", "did you mean `gateway-event`?"),
        ("x", "rules go from LM000 to LM803"),
    ],
)
def test_an_unknown_rule_is_refused_with_the_nearest_one(wanted: str, hint: str) -> None:
    with pytest.raises(UnknownRule) as caught:
        explanation(wanted)

    assert (caught.value.message, caught.value.hint) == (f"unknown rule `{wanted}`", hint)
