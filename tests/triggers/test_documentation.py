"""The tables about triggers are made from the registry."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lambda_migrate.triggers import TRIGGERS
from lambda_migrate.triggers.pages import TABLES, current, each, moved, not_moved
from lambda_migrate.workflow.topics import REGISTRIES, find

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted(page for page in DOCS.glob("*.md") if "<!-- generated: " in page.read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_written_tables_are_current(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    assert text == current(text), "run: python -m lambda_migrate.triggers.documentation docs"


def test_every_table_is_in_a_page() -> None:
    written = "".join(page.read_text(encoding="utf-8") for page in PAGES)

    assert [name for name in TABLES if f"<!-- generated: {name} -->" not in written] == []


def test_the_tables_are_written_by_the_module(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Before\n<!-- generated: triggers that move -->\nold\n<!-- end -->\nafter\n", encoding="utf-8")

    command = [sys.executable, "-m", "lambda_migrate.triggers.documentation", str(tmp_path)]
    subprocess.run(command, check=True, cwd=DOCS.parent)  # this very Python

    written = f"# Before\n<!-- generated: triggers that move -->\n{moved()}<!-- end -->\nafter\n"
    assert page.read_text(encoding="utf-8") == written


def test_a_marker_of_no_table_is_a_mistake() -> None:
    with pytest.raises(KeyError, match="no such table"):
        current("<!-- generated: no such table -->\n<!-- end -->")


@pytest.mark.usefixtures("made_up_kinds")
def test_a_kind_is_in_the_tables_because_it_is_in_the_registry() -> None:
    pigeon = "| [Carrier pigeon](#carrier-pigeon) | events | yes | no | no | 2 min |\n"
    section = (
        "### Carrier pigeon\n"
        "\n"
        "Carrier pigeons: a made-up kind of trigger that can be pointed at the alias, and at nothing else.\n"
        "\n"
        "- found by: its permission\n"
        "- brings: events\n"
        "- to the alias: the pigeon learns the way to the alias\n"
        "- straight to the service: no, pigeons do not speak HTTP\n"
        "- gradually: with the alias, whose weights decide\n"
        "- back: it flies home\n"
        "- in effect within: 2 min\n"
        "- may come twice: a letter with two copies\n"
    )

    assert moved().endswith(pigeon)
    assert each().endswith(section)
    assert not_moved().endswith("| Snail | `trigger:snail` | its permission | it takes too long |\n")
    assert moved().count("\n") + not_moved().count("\n") == len(TRIGGERS) + 4
    assert each().count("### ") == moved().count("\n") - 2


FACTS = (
    "found by",
    "brings",
    "to the alias",
    "straight to the service",
    "gradually",
    "back",
    "in effect within",
    "may come twice",
)


def test_each_kind_that_moves_says_everything_of_itself() -> None:
    sections = each().split("### ")[1:]
    told = [
        tuple(line[2:].partition(":")[0] for line in section.splitlines() if line.startswith("- "))
        for section in sections
    ]

    assert told == [FACTS] * sum(1 for kind in TRIGGERS.values() if kind.moves)
    assert [line for section in sections for line in section.splitlines() if line.endswith(": ")] == []


@pytest.mark.usefixtures("made_up_kinds")
def test_a_kind_is_explained_because_it_is_in_the_registry() -> None:
    topic = find("pigeon")

    assert topic is not None
    assert topic.title == (
        "Carrier pigeons: a made-up kind of trigger that can be pointed at the alias, and at nothing else."
    )
    assert topic.text == (
        "It stands for whatever kind comes next: one file, and one line in the registry (the fixture `pigeon`).\n\n"
        "- found by: its permission\n"
        "- brings: events\n"
        "- to the alias: the pigeon learns the way to the alias\n"
        "- straight to the service: no, pigeons do not speak HTTP\n"
        "- gradually: with the alias, whose weights decide\n"
        "- back: it flies home\n"
        "- in effect within: 2 min\n"
        "- may come twice: a letter with two copies"
    )


def test_no_two_topics_have_one_name() -> None:
    names = [topic.name for registry in REGISTRIES for topic in registry()]

    assert sorted(names) == sorted(set(names))
