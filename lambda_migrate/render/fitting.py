"""Sentences that fit a terminal: lines that nobody has broken yet, neither columns nor code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_migrate.render.terminal import is_terminal

if TYPE_CHECKING:
    from typing import TextIO

    from lambda_migrate.render.terminal import Terminal

_SENTENCE = re.compile(r"(?!.*  )[A-Z`\d].*[.:?](?: \[y/N\])?")


def fitted(text: str, terminal: Terminal, stream: TextIO) -> str:
    """Return a text whose sentences fit the terminal; where nobody looks at one, each is one line, however long.

    Args:
        text: Lines.
        terminal: Where they go.
        stream: Which of its streams.
    """
    width = terminal.paint(stream).width
    lines = text.split("\n")
    if not is_terminal(stream) or all(len(line) <= width for line in lines):
        return text
    from lambda_migrate.render.drawing import paragraph  # noqa: PLC0415  # what draws; `status` and `--help` are quick

    broken = (paragraph(line, width) if _SENTENCE.fullmatch(line) else [line] for line in lines)
    return "\n".join(each for line in broken for each in line)
