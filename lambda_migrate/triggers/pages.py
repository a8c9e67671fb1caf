"""Tables about the kinds of trigger, for the documentation: made from the registry, between markers of the pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_migrate.durations import duration
from lambda_migrate.triggers import TRIGGERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from lambda_migrate.triggers.kind import TriggerKind

_BLOCK = re.compile(r"(<!-- generated: (.+?) -->\n).*?(<!-- end -->)", re.DOTALL)


def moved() -> str:
    """Return which kinds can be re-pointed, how far, and how soon that is in effect; in full in :func:`each`."""
    rows = [
        (
            f"[{_capital(kind.label)}](#{_anchor(kind.label)})",
            kind.traffic,
            "yes" if kind.alias else "no",
            "yes" if kind.service else "no",
            "yes" if kind.gradual else "no",
            duration(kind.settles),
        )
        for kind in TRIGGERS.values()
        if kind.moves
    ]
    return _table(
        ("trigger", "brings", "to the alias", "straight to the service", "that gradually", "in effect within"), rows
    )


def each() -> str:
    """Return all that is known of each kind that can be re-pointed, under a heading of its own."""
    sections = (
        f"### {_capital(kind.label)}\n\n{_title(kind)}\n\n" + "\n".join(_facts(kind))
        for kind in TRIGGERS.values()
        if kind.moves
    )
    return "\n\n".join(sections) + "\n"


def not_moved() -> str:
    """Return which kinds are found and not re-pointed, by which gate each is accepted, and why."""
    rows = [
        (_capital(kind.label), f"`trigger:{kind.name}`", kind.found, kind.stays)
        for kind in TRIGGERS.values()
        if not kind.moves
    ]
    return _table(("caller", "in `accept:`", "found by", "why it is not re-pointed"), rows)


def judged() -> str:
    """Return what a verdict needs of each kind that reaches the service directly, and what makes it fail."""
    rows = [(_capital(kind.label), kind.counted, kind.failing) for kind in TRIGGERS.values() if kind.service]
    return _table(("trigger", "needs `verify.minimum_invocations` of", "`fail`"), rows)


def explanation(kind: TriggerKind) -> tuple[str, str]:
    """Return what a kind is, in one line, and the rest: its docstring, then what can be done with it."""
    title, _, rest = kind.documentation.partition("\n")
    return title, "\n\n".join(part for part in (rest.strip().replace("``", "`"), "\n".join(_facts(kind))) if part)


def _facts(kind: TriggerKind) -> list[str]:
    """Return what can be done with a kind, one item of a list each."""
    facts = [
        f"- found by: {kind.found}",
        f"- brings: {kind.traffic}",
        f"- to the alias: {kind.alias or 'no, it is accepted as `trigger:' + kind.name + '`'}",
        f"- straight to the service: {kind.service or f'no, {kind.stays}'}",
    ]
    if kind.moves:
        at_once = "no, all of it at once" if kind.service else "with the alias, whose weights decide"
        facts += [
            f"- gradually: {kind.gradual or at_once}",
            f"- back: {kind.back}",
            f"- in effect within: {duration(kind.settles)}",
            f"- may come twice: {kind.twice}",
        ]
    return facts


def _title(kind: TriggerKind) -> str:
    """Return the first paragraph of a kind's documentation in one line."""
    return " ".join(kind.documentation.partition("\n\n")[0].split()).replace("``", "`")


def _anchor(label: str) -> str:
    """Return what a heading is linked by."""
    return re.sub(r"[^a-z0-9 -]", "", label.lower()).replace(" ", "-")


TABLES: dict[str, Callable[[], str]] = {
    "triggers that move": moved,
    "each trigger": each,
    "triggers that do not move": not_moved,
    "how triggers are judged": judged,
}
"""Every table by what its marker says: ``<!-- generated: triggers that move -->``, up to ``<!-- end -->``."""


def current(page: str) -> str:
    """Return a page with its tables as the registry has them.

    Raises:
        KeyError: A marker names no table.
    """
    return _BLOCK.sub(lambda block: f"{block[1]}{TABLES[block[2]]()}{block[3]}", page)


def write(folder: Path) -> None:
    """Bring the tables of all pages of a folder up to date."""
    for page in sorted(folder.glob("*.md")):
        text = page.read_text(encoding="utf-8")
        if current(text) != text:
            page.write_text(current(text), encoding="utf-8")


def _capital(label: str) -> str:
    return label[:1].upper() + label[1:]


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
