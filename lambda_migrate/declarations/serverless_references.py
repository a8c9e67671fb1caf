"""What ``${…}`` stands for in ``serverless.yml``: other places of the file, and YAML and JSON beside it.

https://www.serverless.com/framework/docs/guides/variables
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_migrate.declarations import yaml_text
from lambda_migrate.declarations.model import Unreadable, mapping, sequence
from lambda_migrate.regular_file import read_regular
from lambda_migrate.text_encoding import decoded

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

DEEPEST = 8
LONGEST = 1 << 20
"""Bytes of a file that is named."""

LONGEST_TEXT = 10_000
"""Characters of what a value becomes, and of what stands between two brackets."""
MOST = 100_000
"""References that are looked up at most: each may stand for many more."""

_INNERMOST = re.compile(r"\$\{([^${}]*)\}")
_FILE = re.compile(r"file\(\s*([^()]+?)\s*\)(?::([\w.-]+))?")
_SELF = re.compile(r"self:([\w.-]*)")
_LITERAL = re.compile(r"'([^']*)'|\"([^\"]*)\"|(-?\d+(?:\.\d+)?|true|false)")
_HIDDEN = re.compile(r"secret|credential|(^|/)\.env", re.IGNORECASE)
UNKNOWN = object()
"""What only the deployment knows."""


class References:
    """The references of one file.

    Args:
        folder: Where the file lies; nothing outside of its repository is read.
        document: What it says.
    """

    def __init__(self, folder: Path, document: Mapping[str, object]) -> None:
        self._folder = folder
        self._top = next((each for each in (folder, *folder.parents) if (each / ".git").exists()), folder)
        self._document = document
        self._files: dict[str, object] = {}
        self._left = MOST

    def value(self, given: object, depth: int = DEEPEST) -> object:
        """Return a value with the references that it is or holds looked up; `UNKNOWN` where that cannot be done."""
        if not isinstance(given, str) or "${" not in given:
            return given
        for _ in range(DEEPEST if depth else 0):
            match = _INNERMOST.search(given)
            self._left -= 1
            short = self._left > 0 and len(given) <= LONGEST_TEXT
            told = self._told(match[1], depth) if match and short else UNKNOWN
            if match is None or told is UNKNOWN:
                return UNKNOWN
            if match[0] == given.strip():
                return told
            if isinstance(told, (dict, list)) or told is None:
                return UNKNOWN
            given = given.replace(match[0], _plain(told))
            if "${" not in given:
                return given
        return UNKNOWN

    def text(self, given: object) -> str | None:
        """Return a plain value as text; None where it is none, or only the deployment knows."""
        value = self.value(given)
        return _plain(value) if isinstance(value, (str, bool, int, float)) else None

    def mapping(self, given: object) -> dict[str, object]:
        """Return a mapping, or several in a list put together; what cannot be told is left out."""
        value = self.value(given)
        several = sequence(value) or [value]
        return {name: each for one in several for name, each in mapping(self.value(one)).items()}

    def _told(self, written: str, depth: int) -> object:
        """Return what is between the brackets: the first source that has a value, of those that a comma separates.

        Options, environments and stores of AWS are known to nobody here, and neither is what they fall back to.
        """
        for source in _sources(written):
            literal, inner, file = _LITERAL.fullmatch(source), _SELF.fullmatch(source), _FILE.fullmatch(source)
            if literal:
                return next(each for each in literal.groups() if each is not None)
            if not (inner or file):
                return UNKNOWN
            held = self._document if inner else self._file(file[1]) if file else None
            if held is UNKNOWN:
                return UNKNOWN
            path = inner[1] if inner else (file[2] or "") if file else ""
            value = self._at(held, path, depth - 1)
            if value is not None:
                return value
        return UNKNOWN

    def _at(self, value: object, path: str, depth: int) -> object:
        for part in filter(None, path.split(".")):
            value = self.value(value, depth)
            items = sequence(value)
            value = items[int(part)] if part.isdigit() and int(part) < len(items) else mapping(value).get(part)
        return self.value(value, depth)

    def _file(self, name: str) -> object:
        """Return what a file beside this one holds; `UNKNOWN` for code, secrets, and what is outside the repository."""
        path = (self._folder / name.strip("'\"")).resolve()
        inside = path.is_relative_to(self._top.resolve())
        if not inside or path.suffix not in (".yml", ".yaml", ".json") or _HIDDEN.search(name):
            return UNKNOWN
        if name not in self._files:
            try:
                self._files[name] = yaml_text.load(decoded(read_regular(path, LONGEST)))
            except (OSError, ValueError, Unreadable):
                self._files[name] = UNKNOWN
        return self._files[name]


def _sources(written: str) -> list[str]:
    return [each.strip() for each in re.split(r",(?=(?:[^'\"]*['\"][^'\"]*['\"])*[^'\"]*$)", written)]


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
