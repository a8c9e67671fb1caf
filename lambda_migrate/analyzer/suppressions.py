"""Reads `# lambda-migrate: allow LM101 - reason` comments."""

from __future__ import annotations

import io
import re
import tokenize
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.module import decoded

if TYPE_CHECKING:
    from lambda_migrate.analyzer.findings import Fact
    from lambda_migrate.analyzer.module import Module

MARKER = b"lambda-migrate:"
COMMENT = re.compile(r"#\s*lambda-migrate:\s*allow\b\s*(?P<rules>[\w-]+(?:\s*,\s*[\w-]+)*)?(?P<rest>.*)")
SEPARATOR = re.compile(r"^\s*[-–—:]+\s*")  # noqa: RUF001  # people type all three dashes


@dataclass(frozen=True, slots=True)
class Suppression:
    """One `allow` comment.

    Attributes:
        line: where the comment stands.
        column: its first character, from 1.
        last_line: last line it speaks of: its own, or for a comment that stands alone the statement below.
        rules: codes or names of the rules it allows, as written.
        reason: why, empty when none is given.
    """

    line: int
    column: int
    last_line: int
    rules: tuple[str, ...]
    reason: str

    def allows(self, code: str, name: str, fact: Fact) -> bool:
        """Return whether the comment accepts a finding of the rule made from the fact."""
        if not self.reason or not any(rule.upper() == code or rule.lower() == name for rule in self.rules):
            return False
        return self.line <= fact.line <= self.last_line or fact.line <= self.line <= fact.end_line


def suppressions(module: Module) -> tuple[Suppression, ...]:
    """Return the `allow` comments of a module; strings that merely look like one are none."""
    if not module.mentions(MARKER) or module.error is not None:
        return ()
    found = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(decoded(module.source)).readline):
            match = COMMENT.match(token.string) if token.type == tokenize.COMMENT else None
            if match:
                found.append(_read(module, match, token))
    except (tokenize.TokenError, SyntaxError):
        # The parser is more lenient than the tokenizer about the last lines of a file: what was read counts.
        pass
    return tuple(found)


def _read(module: Module, match: re.Match[str], token: tokenize.TokenInfo) -> Suppression:
    line, offset = token.start
    rest = match["rest"]
    separator = SEPARATOR.match(rest)
    rules = tuple(rule.strip() for rule in (match["rules"] or "").split(",") if rule.strip())
    alone = token.line.lstrip().startswith("#")
    return Suppression(
        line=line,
        column=offset + 1,
        last_line=_statement_below(module, line) if alone else line,
        rules=rules,
        reason=rest[separator.end() :].strip() if separator else "",
    )


def _statement_below(module: Module, line: int) -> int:
    for below in range(line + 1, len(module.lines) + 1):
        text = module.lines[below - 1].strip()
        if text and not text.startswith((b"#", b"@")):
            return below
    return line
