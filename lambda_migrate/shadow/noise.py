"""What differs without meaning: times, ids, the order of sets; learned, kept in a file, and reviewed like code."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import yaml

from lambda_migrate.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable

ALWAYS = (
    "header:date",
    "header:server",
    "header:content-length",
    "header:x-amzn-*",
    "header:x-amz-*",
    "header:connection",
)
"""What API Gateway, Lambda or a server writes, and no application."""

_HINT = "each rule is `{route: GET /items, path: $.time, why: the clock}`"


@dataclass(frozen=True)
class Rule:
    """One kind of difference that means nothing.

    Attributes:
        route: Of the requests, ``*`` in it stands for anything.
        path: Where in the answer, likewise.
        why: For whoever reviews it.
    """

    route: str
    path: str
    why: str

    def covers(self, route: str, path: str) -> bool:
        """Return whether a difference is of this kind."""
        return _like(route, self.route) and _like(path, self.path)


@dataclass(frozen=True)
class Noise:
    """All the rules."""

    rules: tuple[Rule, ...] = ()

    def covers(self, route: str, path: str) -> bool:
        """Return whether a difference means nothing."""
        return any(_like(path, each) for each in ALWAYS) or any(rule.covers(route, path) for rule in self.rules)

    def with_learned(self, learned: Iterable[tuple[str, str]]) -> Noise:
        """Return the rules with one more for each route and path that nothing covers yet."""
        why = "the original answers differently each time"
        new = [Rule(_escaped(route), _escaped(path), why) for route, path in learned if not self.covers(route, path)]
        return Noise((*self.rules, *new))


def _like(text: str, pattern: str) -> bool:
    """Return whether a text fits a pattern; brackets of a path are taken as they are."""
    return text == pattern or fnmatchcase(text, pattern.replace("[", "[[]"))


def _escaped(text: str) -> str:
    return text.replace("*", "?")


def parse(text: str, name: str) -> Noise:
    """Read the rules of a file.

    Args:
        text: YAML: a list of rules.
        name: The file's, for what is said.

    Raises:
        ConfigError: It is not a list of rules.
    """
    try:
        listed = yaml.safe_load(text) or []
    except (yaml.YAMLError, RecursionError) as error:
        raise ConfigError(f"`{name}` is not valid YAML", hint=_HINT) from error
    if not isinstance(listed, list):
        raise ConfigError(f"`{name}` is not a list of rules", hint=_HINT)
    return Noise(tuple(_rule(each, name, number) for number, each in enumerate(listed, start=1)))


def _rule(value: Any, name: str, number: int) -> Rule:
    fields = ("route", "path", "why")
    if not isinstance(value, dict) or set(value) != set(fields) or not all(isinstance(value[x], str) for x in fields):
        raise ConfigError(f"`{name}`: rule {number} needs `route`, `path` and `why`, and nothing else", hint=_HINT)
    return Rule(**value)


def write(noise: Noise) -> str:
    """Return the rules as a file."""
    listed = [{"route": rule.route, "path": rule.path, "why": rule.why} for rule in noise.rules]
    return yaml.safe_dump(listed, sort_keys=False, allow_unicode=True, width=120)
