"""Changes texts inside a JSON document that AWS keeps as text, and leaves every other byte of it as somebody wrote it.

A definition of Step Functions or the input of a schedule is written by people: its order, its spaces and its numbers
are theirs, and reading it into Python and writing it again would change them.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TOKEN = re.compile(r'\s*(?:("(?:[^"\\]|\\.)*")|([{}\[\],:])|([^\s{}\[\],:"]+))', re.DOTALL)


def strings(text: str) -> dict[str, str]:
    """Return the texts of a JSON document that are values, by their JSON pointers (RFC 6901).

    Raises:
        ValueError: It is not JSON.
    """
    return {pointer: value for pointer, (_, _, value) in _places(text).items()}


def replaced(text: str, values: Mapping[str, str]) -> str:
    """Return the document with other texts at these pointers, and every other byte as it was.

    Raises:
        ValueError: It is not JSON.
        KeyError: No text stands at a pointer.
    """
    places = _places(text)
    for pointer in sorted(values, key=lambda each: places[each][0], reverse=True):
        start, end, value = places[pointer]
        if value != values[pointer]:
            text = text[:start] + json.dumps(values[pointer]) + text[end:]
    return text


def escaped(name: str) -> str:
    """Return a name as it stands in a pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def _places(text: str) -> dict[str, tuple[int, int, str]]:
    """Return where each text begins and ends that is a value, and what it says; of names that come twice, the last."""
    json.loads(text)
    places: dict[str, tuple[int, int, str]] = {}
    path: list[int | str] = []
    name = ""
    for start, end, sign in _tokens(text):
        if sign in "{[":
            path.append("" if sign == "{" else 0)
        elif sign in "}]":
            path.pop()
        elif sign == "," and path and isinstance(path[-1], int):
            path[-1] += 1
        elif sign == ":":
            path[-1] = name
        elif sign.startswith('"'):
            name = json.loads(sign)
            if not (path and isinstance(path[-1], str) and _is_name(text, end)):
                places["".join(f"/{escaped(str(step))}" for step in path)] = (start, end, name)
    return places


def _is_name(text: str, end: int) -> bool:
    return text[end:].lstrip().startswith(":")


def _tokens(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _TOKEN.finditer(text):
        group = match.lastindex or 0
        yield match.start(group), match.end(group), match[group]
