"""Every rule proves itself by its own examples."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.analyzer import analyze
from lambda_migrate.analyzer.rule import Example, Rule, Sample
from lambda_migrate.analyzer.rules import RULES

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLES = [
    pytest.param(rule, example, found, id=f"{rule.code}-{kind}-{number}")
    for rule in RULES
    for kind, examples, found in (
        ("valid", rule.valid, False),
        ("invalid", rule.invalid, True),
        ("known-miss", rule.known_misses, False),
    )
    for number, example in enumerate(examples)
]


def codes_found(example: Example, root: Path) -> set[str]:
    sample = example if isinstance(example, Sample) else Sample({"main.py": example})
    for name, text in sample.files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return {finding.code for finding in analyze(root, sample.handler).findings}


@pytest.mark.parametrize(("rule", "example", "found"), EXAMPLES)
def test_a_rule_finds_what_its_examples_say(rule: Rule, example: Example, found: bool, tmp_path: Path) -> None:
    codes = codes_found(example, tmp_path)

    assert (rule.code in codes) is found, sorted(codes)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_explains_itself(rule: Rule) -> None:
    documentation = rule.documentation
    assert documentation.startswith("Finds ")
    headings = [line for line in documentation.splitlines() if line.startswith("## ")]
    assert headings in (["## Why it breaks", "## Instead"], ["## Why it breaks", "## Instead", "## Evidence"])
    assert rule.hint
    assert not rule.hint.endswith(".")
    assert rule.hint[:1] == rule.hint[:1].lower()
    assert "\n" not in rule.hint
    assert rule.valid
    assert rule.invalid


def test_codes_and_names_are_unique_and_in_order() -> None:
    codes = [rule.code for rule in RULES]

    assert codes == sorted(set(codes))
    assert all(re.fullmatch(r"LM\d{3}", code) for code in codes)
    assert len({rule.name for rule in RULES}) == len(RULES)
