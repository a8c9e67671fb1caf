"""Reads versions as Poetry and Pipenv write them."""

from __future__ import annotations

import re

from packaging.specifiers import InvalidSpecifier, SpecifierSet

_PART = re.compile(r"^(\^|~=|~|===|==|!=|>=|<=|>|<|=)?\s*v?(\d[\w.+*-]*|\*)$")


def specifier(text: str) -> str | None:
    """Return a constraint in the words of PEP 440, "" for any version; None where it cannot be said in them.

    Args:
        text: For example ``^1.2``, ``~1.2.3``, ``1.*``, ``>=1,<2`` (Poetry's dependency specification).
    """
    if "|" in text:
        return None
    parts = [_one(part) for part in re.split(r"\s*,\s*|(?<=[\w*])\s+(?=[<>=!~^])", text.strip()) if part]
    if any(part is None for part in parts):
        return None
    joined = ",".join(part for part in parts if part)
    try:
        SpecifierSet(joined)
    except InvalidSpecifier:
        return None
    return joined


def _one(part: str) -> str | None:
    match = _PART.match(part.strip())
    if match is None:
        return None
    operator, version = match[1] or "", match[2]
    if version == "*":
        return ""
    if operator == "^":
        return f">={version},<{_next(version, caret=True)}"
    if operator == "~":
        return f">={version},<{_next(version, caret=False)}"
    return f"{'==' if operator in ('', '=') else operator}{version}"


def _next(version: str, *, caret: bool) -> str:
    """Return the first version that a caret (same leftmost number but zero) or a tilde (same minor) excludes."""
    numbers = [int(number) for number in re.findall(r"\d+", re.split(r"[a-z+-]", version)[0])]
    position = min(len(numbers) - 1, 1)
    if caret:
        position = next((place for place, number in enumerate(numbers) if number), len(numbers) - 1)
    return ".".join(map(str, [*numbers[:position], numbers[position] + 1]))
