"""Reads as much of HCL as tells blocks and plain values apart; whatever has to be evaluated stays as it is written.

https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lambda_migrate.declarations.model import Unreadable

_TOKEN = re.compile(
    r"(?P<space>[ \t\r]+)|(?P<comment>#[^\n]*|//[^\n]*|/\*.*?\*/)"
    r"|(?P<heredoc><<-?(?P<mark>\w[\w-]*)[ \t]*\r?\n)"
    r"|(?P<newline>\n)|(?P<text>\"(?:[^\"\\$]|\\.|\$(?!\{)|\$\{(?:[^{}\"]|\"[^\"]*\"|\{[^{}]*\})*\})*\")"
    r"|(?P<number>-?\d+(?:\.\d+)?)|(?P<name>[A-Za-z_][\w.-]*(?:\[[^\]\n]{0,300}\][\w.]*)*)|(?P<mark1>[{}\[\](),=:?])|(?P<other>.)",
    re.DOTALL,
)
DEEPEST = 60


@dataclass(frozen=True)
class Expression:
    """What only evaluating tells, as it is written."""

    text: str


Value = str | float | bool | None | list["Value"] | dict[str, "Value"] | Expression


@dataclass
class Block:
    """A block.

    Attributes:
        kind: ``resource``, ``module``, …
        labels: What stands behind it in quotes.
        line: Where it begins, from 1.
        values: Its attributes.
        blocks: What is nested in it.
        spans: Where the expression of each attribute stands in the text: its first character, and the one behind it.
        end: Where the bracket stands that ends the block.
    """

    kind: str
    labels: tuple[str, ...]
    line: int
    values: dict[str, Value] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)
    end: int = 0

    def inner(self, kind: str) -> Block | None:
        """Return the first nested block of a kind, or what a ``dynamic`` block makes of it."""
        made = (each.inner("content") for each in self.blocks if (each.kind, each.labels) == ("dynamic", (kind,)))
        return next((each for each in self.blocks if each.kind == kind), None) or next(made, None)


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    line: int
    start: int


def parse(text: str) -> list[Block]:
    """Return the blocks of a file.

    Raises:
        Unreadable: Its brackets do not match.
    """
    return _root(text).blocks


def values(text: str) -> dict[str, Value]:
    """Return the attributes of a file that has them outside of blocks: ``terraform.tfvars``.

    Raises:
        Unreadable: Its brackets do not match.
    """
    return _root(text).values


def arguments(expression: Expression, function: str) -> list[Value]:
    """Return the arguments of an expression that calls a function; none for any other."""
    called = re.fullmatch(rf"{function}\((.*)\)", expression.text, re.DOTALL)
    given = _root(f"arguments=[{called[1]}]").values["arguments"] if called else None
    return given if isinstance(given, list) else []


def _root(text: str) -> Block:
    parser = _Parser(_tokens(text))
    root = Block("", (), 1)
    parser.body(root, 0)
    return root


def _tokens(text: str) -> list[_Token]:
    tokens, line, at = [], 1, 0
    endless: set[str] = set()
    while at < len(text) and (match := _TOKEN.match(text, at)):
        kind = match.lastgroup or "other"
        kind = "heredoc" if match["heredoc"] else "mark" if match["mark1"] else kind
        end = _end_of_heredoc(text, match, endless) if kind == "heredoc" else match.end()
        if kind not in ("space", "comment"):
            tokens.append(_Token(kind, text[at:end], line, at))
        line += text.count("\n", at, end)
        at = end
    return tokens


def _end_of_heredoc(text: str, begins: re.Match[str], endless: set[str]) -> int:
    """Return where a heredoc ends: with the line that has its mark alone; that of its first line where none has.

    Args:
        text: All of it.
        begins: The match of its first line.
        endless: Marks that no line further down has, so that a file is searched once for each.
    """
    mark = begins["mark"]
    ends = None
    if mark not in endless:
        ends = re.compile(rf"^[ \t]*{re.escape(mark)}(?=[ \t]*\r?$)", re.MULTILINE).search(text, begins.end())
    if ends is None:
        endless.add(mark)
        return begins.end() - 1
    return ends.end()


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.at = 0

    def body(self, block: Block, depth: int) -> None:
        """Read attributes and blocks until the bracket that ends the block."""
        if depth > DEEPEST:
            raise Unreadable("nested too deeply")
        while self.at < len(self.tokens):
            token = self._next()
            if token.text == "}" and depth:
                block.end = token.start
                return
            if token.kind not in ("name", "text"):
                continue
            if self._peek() == "=":
                self.at += 1
                name, begin = _unquoted(token.text), self.at
                block.values[name] = self.value(depth)
                last = self.tokens[self.at - 1]
                block.spans[name] = (self.tokens[begin].start, last.start + len(last.text))
            else:
                self._block(block, token, depth)
        if depth:
            raise Unreadable(f"line {block.line}: `{block.kind}` does not end")

    def _block(self, parent: Block, token: _Token, depth: int) -> None:
        labels = []
        while self.at < len(self.tokens) and self.tokens[self.at].kind in ("text", "name"):
            labels.append(_unquoted(self._next().text))
        if self._peek() == "{":
            self.at += 1
            made = Block(token.text, tuple(labels), token.line)
            parent.blocks.append(made)
            self.body(made, depth + 1)

    def value(self, depth: int) -> Value:
        """Read an expression up to the end of its line, or to what separates it from the next."""
        if depth > DEEPEST:
            raise Unreadable("nested too deeply")
        begin = self.at
        read = self._plain(depth)
        if self.at < len(self.tokens) and self.tokens[self.at].text not in ("\n", ",", "}", "]", ")"):
            self._skip()
            return Expression("".join(token.text for token in self.tokens[begin : self.at]))
        return read

    def _plain(self, depth: int) -> Value:
        token = self._next()
        if token.kind == "text":
            return Expression(token.text) if re.search(r"[$%]\{", token.text) else _unquoted(token.text)
        if token.kind == "number":
            return float(token.text)
        if token.text in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[token.text]
        if token.text == "[":
            return list(self._items(depth))
        if token.text == "{":
            return self._object(depth)
        return Expression(token.text)

    def _items(self, depth: int) -> list[Value]:
        items: list[Value] = []
        while self.at < len(self.tokens):
            if self._peek() in ("]", "\n", ","):
                if self._next().text == "]":
                    return items
            else:
                items.append(self.value(depth + 1))
        raise Unreadable("a list does not end")

    def _object(self, depth: int) -> dict[str, Value]:
        values: dict[str, Value] = {}
        while self.at < len(self.tokens):
            token = self._next()
            if token.text == "}":
                return values
            if token.kind in ("name", "text") and self._peek() in ("=", ":"):
                self.at += 1
                values[_unquoted(token.text)] = self.value(depth + 1)
        raise Unreadable("an object does not end")

    def _skip(self) -> None:
        """Pass the rest of an expression, with whatever is in brackets."""
        open_brackets = 0
        while self.at < len(self.tokens):
            text = self.tokens[self.at].text
            if not open_brackets and text in ("\n", ",", "}", "]", ")"):
                return
            open_brackets += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(text, 0)
            self.at += 1

    def _next(self) -> _Token:
        if self.at >= len(self.tokens):
            raise Unreadable("it ends in the middle")
        self.at += 1
        return self.tokens[self.at - 1]

    def _peek(self) -> str:
        return self.tokens[self.at].text if self.at < len(self.tokens) else ""


def _unquoted(text: str) -> str:
    return text[1:-1].replace('\\"', '"').replace("\\\\", "\\") if text.startswith('"') else text
