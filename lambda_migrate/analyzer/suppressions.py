"""Reads `# lambda-migrate: allow LM101 - reason` comments."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.module import decoded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
        first_line: first line it speaks of.
        last_line: last line it speaks of. A comment beside code speaks of the statement that begins or ends there, one
            that stands alone of the statement below; of a statement with a body, only its head is meant.
        rules: codes or names of the rules it allows, as written.
        reason: why, empty when none is given.
    """

    line: int
    column: int
    first_line: int
    last_line: int
    rules: tuple[str, ...]
    reason: str

    def allows(self, code: str, name: str, fact: Fact) -> bool:
        """Return whether the comment accepts a finding of the rule made from the fact."""
        if not self.reason or not any(rule.upper() == code or rule.lower() == name for rule in self.rules):
            return False
        return self.first_line <= fact.line <= self.last_line or fact.line <= self.line <= fact.end_line


def suppressions(module: Module) -> tuple[Suppression, ...]:
    """Return the `allow` comments of a module; strings that merely look like one are none."""
    if not module.mentions(MARKER) or module.error is not None:
        return ()
    comments = []
    statements = list(_statements(module))
    try:
        for token in tokenize.generate_tokens(io.StringIO(decoded(module.source)).readline):
            match = COMMENT.match(token.string) if token.type == tokenize.COMMENT else None
            if match:
                comments.append(_read(module, statements, match, token))
    except (tokenize.TokenError, SyntaxError):
        # The parser is more lenient than the tokenizer about the last lines of a file: what was read counts.
        pass
    return tuple(comments)


def _read(
    module: Module, statements: Sequence[tuple[int, int]], match: re.Match[str], token: tokenize.TokenInfo
) -> Suppression:
    line, offset = token.start
    rest = match["rest"]
    separator = SEPARATOR.match(rest)
    alone = token.line.lstrip().startswith("#")
    meant = _first_below(module, line) if alone else line
    beside = [span for span in statements if meant in ((span[0],) if alone else span)]
    return Suppression(
        line=line,
        column=offset + 1,
        first_line=min([line, *(first for first, _ in beside)]),
        last_line=max([meant, *(last for _, last in beside)]),
        rules=tuple(rule.strip() for rule in (match["rules"] or "").split(",") if rule.strip()),
        reason=rest[separator.end() :].strip() if separator else "",
    )


def _first_below(module: Module, line: int) -> int:
    """Return the first line of code below a comment, the comment's own if there is none."""
    texts = ((below, module.lines[below - 1].strip()) for below in range(line + 1, len(module.lines) + 1))
    return next((below for below, text in texts if text and not text.startswith(b"#")), line)


def _statements(module: Module) -> Iterator[tuple[int, int]]:
    """Return the first and last line of every statement, of those with a body the lines of their head."""
    for node in ast.walk(module.tree):
        if isinstance(node, (ast.stmt, ast.ExceptHandler)):
            yield _first_line(node), _last_line(node)


def _first_line(node: ast.stmt | ast.ExceptHandler) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _last_line(node: ast.stmt | ast.ExceptHandler) -> int:
    body: list[ast.stmt] = getattr(node, "body", [])
    if body:
        return max(node.lineno, _first_line(body[0]) - 1)
    last = node.subject if isinstance(node, ast.Match) else node
    return last.end_lineno or node.lineno
