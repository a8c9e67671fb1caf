"""A program that is stopped in the middle of drawing leaves the shell a cursor."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.render.terminal import Terminal
from tests.support.pseudo_terminal import PseudoTerminal

if TYPE_CHECKING:
    from collections.abc import Iterator


class BeingWritten:
    """What changes on a terminal, while a line of it is being written."""

    def refresh(self) -> None:
        """Draw it again."""

    def stop(self) -> None:
        msg = "reentrant call inside <_io.BufferedWriter name='<stderr>'>"
        raise RuntimeError(msg)


@pytest.fixture
def screen() -> Iterator[PseudoTerminal]:
    made = PseudoTerminal()
    yield made
    made.close()


@pytest.mark.parametrize("live", [BeingWritten(), None], ids=["in the middle of a line", "before it is known"])
def test_the_cursor_comes_back_whatever_was_being_drawn(screen: PseudoTerminal, live: BeingWritten | None) -> None:
    with os.fdopen(os.dup(screen.end), "w", encoding="utf-8") as end:
        terminal = Terminal(end, end, end, {"TERM": "xterm"}, live=live)

        terminal.clear_at_once()

    screen.shows("\x1b[?25h")
    assert terminal.live is None


def test_what_is_not_a_terminal_gets_no_escape_sequence() -> None:
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb") as told:
        with os.fdopen(writer, "w", encoding="utf-8") as end:
            Terminal(end, end, end, {"TERM": "xterm"}, live=BeingWritten()).clear_at_once()

        assert told.read() == b""
