"""The line at the bottom of the terminal that says how the demo's traffic is."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from lambda_migrate.render.terminal import Terminal, repainted
from lambda_migrate.sandbox.demo.screen import running_line
from tests.support.screen import Screen

if TYPE_CHECKING:
    from lambda_migrate.workflow.context import Context


def context(terminal: Terminal, *, json: bool = False) -> Context:
    return cast("Context", SimpleNamespace(terminal=terminal, options=SimpleNamespace(json=json)))


def test_it_stays_below_what_is_told_and_goes_with_the_next_line() -> None:
    terminal = Terminal(Screen(), Screen(), io.StringIO(), {"TERM": "xterm", "NO_COLOR": "1"}, 60)
    show = running_line(context(terminal))
    assert show is not None

    show("0:37", "traffic: 240 requests, 0 failed")
    show("0:38", "traffic: 255 requests, 0 failed")
    moving = terminal.live is not None
    terminal.write("$ lambda-migrate verify")

    assert isinstance(terminal.err, io.StringIO)
    assert isinstance(terminal.out, io.StringIO)
    drawn = terminal.err.getvalue()
    assert "traffic: 240 requests, 0 failed 0:37" in drawn
    assert "traffic: 255 requests, 0 failed 0:38" in drawn
    assert (moving, terminal.live, terminal.out.getvalue()) == (True, None, "$ lambda-migrate verify\n")


@pytest.mark.parametrize(
    ("out", "err", "environ", "json"),
    [
        (Screen(), Screen(), {"TERM": "xterm"}, True),
        (io.StringIO(), Screen(), {"TERM": "xterm"}, False),
        (Screen(), io.StringIO(), {"TERM": "xterm"}, False),
        (Screen(), Screen(), {"TERM": "dumb"}, False),
        (Screen(), Screen(), {"TERM": "xterm", "CI": "1"}, False),
    ],
    ids=["json", "piped", "errors piped", "dumb", "in CI"],
)
def test_where_no_line_can_move_there_is_none(
    out: io.StringIO, err: io.StringIO, environ: dict[str, str], json: bool
) -> None:
    assert running_line(context(Terminal(out, err, io.StringIO(), environ, 60), json=json)) is None


def test_the_colours_of_a_command_are_shown_and_nothing_else_of_what_it_writes() -> None:
    out = Screen()
    terminal = Terminal(out, io.StringIO(), io.StringIO(), {"TERM": "xterm"}, 60)
    inner = Terminal(Screen(), io.StringIO(), io.StringIO(), {"FORCE_COLOR": "1", "TERM": "xterm"}, 60)
    assert isinstance(inner.out, io.StringIO)
    inner.write(f"  {inner.paint()('✓', 'green')} {inner.paint()('done', 'bold', 'red')} {chr(27)}[2J")

    terminal.write(repainted(inner.out.getvalue().rstrip("\n") + f"{chr(27)}[2J", terminal.paint()))

    assert out.getvalue() == "  \x1b[32m✓\x1b[0m \x1b[1;31mdone\x1b[0m \\x1b[2J\\x1b[2J\n"
