"""The terminal: three streams, whether they take colour, how wide they are, and questions."""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import shutil
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TextIO

if TYPE_CHECKING:
    from collections.abc import Mapping

Colour = Literal["green", "red", "yellow", "cyan", "bold", "dim"]

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
_PLAIN = str.maketrans("→·…“”✓✗↶─│├└—–×", '>-.""vx<-|+`--x', "")  # noqa: RUF001  # what terminals without it show
NARROWEST = 40
PIPE_WIDTH = 120


@dataclass(frozen=True)
class Paint:
    """Colours text, or leaves it as it is; `width` is how many characters a line may have."""

    colour: bool = False
    width: int = PIPE_WIDTH

    def __call__(self, text: str, *colours: Colour) -> str:
        """Return the text in those colours."""
        if not self.colour or not text:
            return text
        return f"\x1b[{';'.join(_CODES[colour] for colour in colours)}m{text}\x1b[0m"


@dataclass
class Terminal:
    """Where a command reads and writes. Data goes to `out`, everything else to `err`.

    Args:
        out: Standard output.
        err: Standard error.
        into: Standard input.
        environ: The environment: NO_COLOR, FORCE_COLOR and TERM are looked at.
        columns: Width of the terminal, or None to ask it.
    """

    out: TextIO
    err: TextIO
    into: TextIO
    environ: Mapping[str, str] = field(default_factory=dict)
    columns: int | None = None
    _drawn: bool = False

    @classmethod
    def of_process(cls) -> Terminal:
        """Return this process's own terminal."""
        return cls(_open(sys.stdout), _open(sys.stderr), sys.stdin, os.environ)

    @property
    def interactive(self) -> bool:
        """Whether a person can be asked."""
        return is_terminal(self.into) and is_terminal(self.err)

    @property
    def lively(self) -> bool:
        """Whether a line may be redrawn: a terminal, and not a dumb one."""
        return is_terminal(self.err) and self.environ.get("TERM") != "dumb" and "CI" not in self.environ

    def paint(self, stream: TextIO | None = None) -> Paint:
        """Return how to colour and how wide to write for a stream (default: standard output)."""
        stream = stream or self.out
        width = max(self.columns or shutil.get_terminal_size((80, 24)).columns, NARROWEST)
        return Paint(self._colours(stream), width if is_terminal(stream) else PIPE_WIDTH)

    def _colours(self, stream: TextIO) -> bool:
        if self.environ.get("NO_COLOR"):
            return False
        if self.environ.get("FORCE_COLOR"):
            return True
        return is_terminal(stream) and self.environ.get("TERM", "dumb") != "dumb"

    def say(self, text: str = "") -> None:
        """Write a line to standard error."""
        self.clear()
        self._tell(f"{text}\n")

    def draw(self, line: str) -> None:
        """Write a line to standard error that the next one takes the place of."""
        self._tell(f"\r\x1b[K{line}")
        self._drawn = True

    def _tell(self, text: str) -> None:
        """Write to standard error; a run does not stop half-way because nobody listens any more."""
        with contextlib.suppress(OSError, ValueError):
            self.err.write(text)
            self.err.flush()

    def clear(self) -> None:
        """Take away the line that was drawn."""
        if self._drawn:
            self._drawn = False
            self._tell("\r\x1b[K")

    def ask(self, question: str) -> str:
        """Ask on standard error and return the answer, stripped.

        Raises:
            EOFError: The input ended.
        """
        self.clear()
        self._tell(question)
        answer = self.into.readline()
        if not answer:
            self._tell("\n")
            raise EOFError
        return answer.strip()


def _open(stream: TextIO | None) -> TextIO:
    """Return a stream that takes every character, also where it is closed or its encoding has few."""
    if stream is None:
        return io.StringIO()
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="plain")
    return stream


def _plain(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end].translate(_PLAIN)
    return "".join(character if character.isascii() else "?" for character in text), error.end


codecs.register_error("plain", _plain)


def is_terminal(stream: TextIO) -> bool:
    """Return whether a person sits at the other end."""
    try:
        return stream.isatty()
    except (AttributeError, ValueError):
        return False
