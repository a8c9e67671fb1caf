"""docs/security.md names a test for each attack; each of them exists."""

from __future__ import annotations

import re
from pathlib import Path

PROJECT = Path(__file__).parents[1]
WRITTEN = PROJECT / "templates" / "service" / "tests"


def test_every_attack_of_the_page_has_a_test_that_exists() -> None:
    page = (PROJECT / "docs" / "security.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?!attack|---)(.+) \| .+ \| (.+) \|$", page.partition("## Attacks")[2], re.MULTILINE)
    sources = [*(PROJECT / "tests").rglob("*.py"), *WRITTEN.glob("*")]
    defined = {name for source in sources for name in re.findall(r"def (test_\w+)", source.read_text(encoding="utf-8"))}

    named = {attack: re.findall(r"`(test_\w+)`", tests) for attack, tests in rows}

    assert len(named) > 20
    assert [attack for attack, names in named.items() if not names or set(names) - defined] == []
