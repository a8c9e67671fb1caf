"""English that is read once: turns that made readers stop stay out of messages, help, docstrings and pages."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent

BANNED = {
    r"(?<!there )\b(?:is|are|was|were) no (?!longer\b|more\b)": "is not a …, has no …, there is no …",
    r"\bwhere there (?:is|are|was|were) (?:no|none)\b": "if there is no …",
    r"\bmend(?:s|ed|ing)?\b": "fix",
    r"\banew\b": "again",
    r"\b(?:take|takes|took|taken|taking) (?:it |them |that |all of it |the run )?back\b": "roll back, undo",
    r"\byou said (?:no|so)\b": "cancelled, as you asked",
    r"\bknows? no\b": "does not take, has no",
    r"\bnobody was told\b": "not announced",
    r"\bnone is what\b": "no … matches",
    r"\b(?:is|are) to be told\b": "is reported",
    r"\bsettled by looking\b": "checked against AWS",
    r"\bcannot have been theirs\b": "is subtracted",
    r"\ba fine place\b": "can stay",
    r"\bproved nothing\b": "unsigned",
    r"\bsomething that AWS does not say\b": "an unexpected reply",
    r"\bbegun without\b": "was started with other options",
    r"\b(?:names|named) no (?:secret|webhook|kind)\b": "is not a reference to a …, needs a kind",
    r"\bin the way:$": "blocked by:",
    r"\bsurely\b": "leave it out",
    r"\bheld against the hash\b": "checked against",
    r"\bstops? to (?:poll|listen)\b": "stops polling, stops listening",
    r"\bwhoever proves\b": "an unsigned …",
    r"\btold from\b": "told apart from",
    r"\bis warned of\b": "… warns of",
    r"\bcannot be told otherwise\b": "cannot be configured otherwise",
    r"\bbelongs? into\b": "belongs in",
    r"\bits door\b": "its middleware",
    r"\botherwise than\b": "differently from",
    r"\bnobody (?:could look|can accept it)\b": "it could not be checked, it cannot be accepted",
    r"\bsays? otherwise by now\b": "has changed since",
}
"""Each turn, and what to say instead."""
ANY = re.compile("|".join(f"(?:{turn})" for turn in BANNED), re.IGNORECASE)

PACKAGES = ("lambda_migrate", "service_library", "scripts", "tests")
THE_TURNS = Path(__file__)
"""It shows them; nothing else may."""
PAGES = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "migration.yaml.example")


def offences(text: str, place: str) -> list[str]:
    """Return what is wrong in a text, in order: `place: the turn (instead)`. Broken lines are joined first."""
    joined = re.sub(r"\s*\n\s*(?:#\s*)?", " ", text)
    if not ANY.search(joined):
        return []
    found = [
        (match.start(), f"{place}: `{match[0].strip()}` ({instead})")
        for turn, instead in BANNED.items()
        for match in re.finditer(turn, joined, re.IGNORECASE)
    ]
    return [offence for _start, offence in sorted(found)]


def literals(source: str) -> Iterator[tuple[int, str]]:
    """Yield each string of a Python file with its line, docstrings too; what f-strings fill in is left out."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def pages() -> list[Path]:
    """Return every page and template that people read as it is."""
    named = [ROOT / name for name in PAGES]
    return [
        *named,
        *sorted((ROOT / "docs").glob("*.md")),
        *sorted(p for p in (ROOT / "templates").rglob("*") if p.is_file()),
    ]


def test_the_messages_of_the_code_are_plain() -> None:
    files = [
        file
        for package in PACKAGES
        for file in sorted((ROOT / package).rglob("*.py"))
        if "build" not in file.parts and file != THE_TURNS
    ]

    assert len(files) > 100  # or the folders have moved
    assert [
        offence
        for file in files
        for line, text in literals(file.read_text(encoding="utf-8"))
        for offence in offences(text, f"{file.relative_to(ROOT)}:{line}")
    ] == []


def test_pages_and_templates_are_plain() -> None:
    assert [
        offence
        for page in pages()
        for offence in offences(page.read_text(encoding="utf-8"), str(page.relative_to(ROOT)))
    ] == []


@pytest.mark.parametrize(
    ("text", "turns"),
    [
        ("`x` is no YAML", ["x: `is no` (is not a …, has no …, there is no …)"]),
        ("events that are\nno requests", ["x: `are no` (is not a …, has no …, there is no …)"]),
        ("There is no such rule, and it is no longer used", []),
        ("Mend it anew", ["x: `Mend` (fix)", "x: `anew` (again)"]),
        ("it was taken back", ["x: `taken back` (roll back, undo)"]),
        ("recommended, amended", []),
    ],
)
def test_what_counts_as_an_offence(text: str, turns: list[str]) -> None:
    assert offences(text, "x") == turns
