"""Tables about the kinds of trigger, for the documentation: made from the registry, between markers of the pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_migrate.triggers import TRIGGERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from lambda_migrate.triggers.kind import TriggerKind

_BLOCK = re.compile(r"(<!-- generated: (.+?) -->\n).*?(<!-- end -->)", re.DOTALL)


def moved() -> str:
    """Return how the kinds are found and re-pointed that can be."""
    rows = [
        (_capital(kind.label), kind.traffic, kind.found, kind.alias or "no", kind.service or f"no: {kind.stays}")
        for kind in TRIGGERS.values()
        if kind.alias or kind.service
    ]
    return _table(("trigger", "brings", "found by", "to the alias", "straight to the service"), rows)


def not_moved() -> str:
    """Return which kinds are found and not re-pointed, by which gate each is accepted, and why."""
    rows = [
        (_capital(kind.label), f"`trigger:{kind.name}`", kind.found, kind.stays)
        for kind in TRIGGERS.values()
        if not kind.alias and not kind.service
    ]
    return _table(("caller", "in `accept:`", "found by", "why it is not re-pointed"), rows)


def judged() -> str:
    """Return what a verdict needs of each kind that reaches the service directly, and what makes it fail."""
    rows = [(_capital(kind.label), kind.counted, kind.failing) for kind in TRIGGERS.values() if kind.service]
    return _table(("trigger", "needs `verify.minimum_invocations` of", "`fail`"), rows)


def explanation(kind: TriggerKind) -> tuple[str, str]:
    """Return what a kind is, in one line, and the rest: its docstring, then what can be done with it."""
    title, _, rest = kind.documentation.partition("\n")
    facts = [
        f"- found by: {kind.found}",
        f"- brings: {kind.traffic}",
        f"- to the alias: {kind.alias or 'no, it is accepted as `trigger:' + kind.name + '`'}",
        f"- straight to the service: {kind.service or f'no, {kind.stays}'}",
    ]
    return title, "\n\n".join(part for part in (rest.strip().replace("``", "`"), "\n".join(facts)) if part)


TABLES: dict[str, Callable[[], str]] = {
    "triggers that move": moved,
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
