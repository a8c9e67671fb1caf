"""The terminal: three streams, whether they take colour, how wide they are, and questions."""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import re
import shutil
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol, TextIO, get_args

from lambda_migrate.render.escape import escape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Colour = Literal["bold", "dim", "red", "green", "yellow", "cyan"]

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
_FIRST = 0xF0000 + int.from_bytes(os.urandom(2)) // 8 * 8
_MARKS: dict[str, Colour] = {chr(_FIRST + at): colour for at, colour in enumerate(get_args(Colour), 1)}
_OF = {colour: mark for mark, colour in _MARKS.items()}
_END = chr(_FIRST)
"""What begins and ends a colour within a text: characters for private use, other ones in each process, so that no text
that comes from outside can hold them. They become escape sequences only where a line is written."""
_SPAN = re.compile(f"([{''.join(_MARKS)}]*)([^{_END}{''.join(_MARKS)}]*){_END}?")
_PLAIN = str.maketrans("→·…“”✓✗↶─│├└—–×", '>-.""vx<-|+`--x', "")  # noqa: RUF001  # what terminals without it show
_SHOW_CURSOR = b"\x1b[?25h"
NARROWEST = 40
PIPE_WIDTH = 120
"""Width of a page's lines, in cells, if nothing sets it."""
UNBROKEN = 100_000
"""Width of a line without a terminal, in cells: unlimited, so that one `grep` finds all of it."""


@dataclass(frozen=True)
class Paint:
    """Colours text, or leaves it as it is; `width` is how many cells a line may have."""

    colour: bool = False
    width: int = PIPE_WIDTH

    def __call__(self, text: str, *colours: Colour) -> str:
        """Return the text, marked to be written in those colours."""
        if not self.colour or not text or not colours:
            return text
        return f"{''.join(_OF[colour] for colour in colours)}{text}{_END}"


def spans(text: str, *, lines: bool = False) -> Iterator[tuple[str, list[Colour]]]:
    """Yield the pieces of a painted text and their colours; whatever else is in it is escaped here.

    Args:
        text: Painted by :class:`Paint`, or not.
        lines: Whether it may have several lines.
    """
    for marks, piece in _SPAN.findall(text):
        if piece:
            yield escape(piece, lines=lines), [_MARKS[mark] for mark in marks]


_WRITTEN = re.compile(r"\x1b\[([\d;]+)m([^\x1b]*)\x1b\[0m")
_NAMED: dict[str, Colour] = {code: colour for colour, code in _CODES.items()}  # type: ignore[misc]  # their names


def repainted(text: str, paint: Paint) -> str:
    """Return what another process of ours has written, its colours as marks of this one; nothing else gets through."""
    return _WRITTEN.sub(
        lambda span: paint(span[2], *(_NAMED[code] for code in span[1].split(";") if code in _NAMED)), text
    )


class Live(Protocol):
    """What is on the terminal and changes, until it is stopped."""

    def refresh(self) -> None:
        """Draw it as it is now."""

    def stop(self) -> None:
        """Take it away."""


@dataclass
class Terminal:
    """Where a command reads and writes. Data goes to `out`, everything else to `err`.

    Args:
        out: Standard output.
        err: Standard error.
        into: Standard input.
        environ: The environment: NO_COLOR, FORCE_COLOR, TERM, and COLUMNS where the output is not a terminal.
        columns: Width of the terminal, or None to ask it.
        live: What is on standard error and changes; the next line takes its place.
        quiet: Only results and errors are told, unless a person may be asked about what is shown.
        plain: Without colours, whatever the terminal can.
        still: No line moves, whatever the terminal can: somebody reads JSON beside it.
    """

    out: TextIO
    err: TextIO
    into: TextIO
    environ: Mapping[str, str] = field(default_factory=dict)
    columns: int | None = None
    live: Live | None = None
    quiet: bool = False
    plain: bool = False
    still: bool = False

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
        return (
            not self.still and is_terminal(self.err) and self.environ.get("TERM") != "dumb" and "CI" not in self.environ
        )

    def paint(self, stream: TextIO | None = None) -> Paint:
        """Return how to colour and how wide to write for a stream (default: standard output)."""
        stream = stream or self.out
        asked = self.environ.get("COLUMNS", "")
        if is_terminal(stream):
            width = self.columns or shutil.get_terminal_size((80, 24)).columns
        else:
            width = int(asked) if asked.isdecimal() else UNBROKEN
        return Paint(self._colours(stream), max(width, NARROWEST))

    def _colours(self, stream: TextIO) -> bool:
        if self.plain or self.environ.get("NO_COLOR"):
            return False
        if self.environ.get("FORCE_COLOR"):
            return True
        return is_terminal(stream) and self.environ.get("TERM", "dumb") != "dumb"

    def write(self, text: str) -> None:
        """Write lines to standard output.

        Raises:
            OSError: It takes no more.
        """
        self.clear()
        self.out.write(self._written(f"{text}\n", self.out))
        self.out.flush()

    def say(self, text: str = "", *, always: bool = False) -> None:
        """Write lines to standard error.

        Args:
            text: The lines.
            always: Also where only results and errors are told.
        """
        if self.quiet and not (always or self.interactive):
            return
        self.clear()
        self.tell(self._written(f"{text}\n", self.err))

    def _written(self, text: str, stream: TextIO) -> str:
        """Return what is written of a text: nothing that we did not write reaches a terminal in any other way."""
        colours = self._colours(stream)
        return "".join(
            f"\x1b[{';'.join(_CODES[name] for name in names)}m{piece}\x1b[0m" if colours and names else piece
            for piece, names in spans(text, lines=True)
        )

    def tell(self, text: str) -> None:
        """Write to standard error as it is; a run does not stop half-way because nobody listens any more."""
        with contextlib.suppress(OSError, ValueError):
            self.err.write(text)
            self.err.flush()

    def clear(self) -> None:
        """Take away what is on the terminal and changes."""
        live, self.live = self.live, None
        if live:
            live.stop()

    def clear_at_once(self) -> None:
        """As `clear`, out of a signal handler, which may come in the middle of a line, or of what hides the cursor."""
        with contextlib.suppress(RuntimeError):  # Python does not enter a stream twice
            self.clear()
        with contextlib.suppress(OSError, ValueError):
            if self.lively:
                os.write(self.err.fileno(), _SHOW_CURSOR)

    def ask(self, question: str) -> str:
        """Ask on standard error and return the answer, stripped.

        Raises:
            EOFError: The input ended.
        """
        self.clear()
        self.tell(self._written(question, self.err))
        answer = self.into.readline()
        if not answer:
            self.tell("\n")
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
