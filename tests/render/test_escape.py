"""What we did not write is seen as what it is: no character of it commands a terminal or hides."""

from __future__ import annotations

import io
import sys

import pytest

from lambda_migrate.render.escape import escape
from lambda_migrate.render.terminal import Paint, Terminal, spans


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("\x1b]8;;https://example.com\x1b\\link\x1b]8;;\x07", "\\x1b]8;;https://example.com\\x1b\\link\\x1b]8;;\\x07"),
        ("safe\rforged", "safe\\x0dforged"),
        ("\x9b31m \x85 \x7f \x08", "\\x9b31m \\x85 \\x7f \\x08"),
        ("a\u202eb\u202c \u2066c\u2069 \u200e\u200f\u061c", "a\\u202eb\\u202c \\u2066c\\u2069 \\u200e\\u200f\\u061c"),
        ("or\u200bders or\u200dders \u2060 \ufeff \xad", "or\\u200bders or\\u200dders \\u2060 \\ufeff \\xad"),
        ("a\u2028b\u2029c", "a\\u2028b\\u2029c"),
        ("\u3164 \u115f \u034f a\ufe0f", "\\u3164 \\u115f \\u034f a\\ufe0f"),
        ("a\xa0b", "a\\xa0b"),
        ("\ud800 \U000e0041 \U0010fffd", "\\ud800 \\U000e0041 \\U0010fffd"),
        ("Zürich 注文 Заказ →✓✗ é", "Zürich 注文 Заказ →✓✗ é"),
        ("👩‍💻 ✔️ 🚀", "👩‍💻 ✔️ 🚀"),
        ("one\ttwo\nthree", "one\\x09two\\x0athree"),
    ],
)
def test_each_character_is_seen_as_what_it_is(text: str, seen: str) -> None:
    assert escape(text) == seen
    assert escape(seen) == seen


def test_where_there_are_lines_they_stay() -> None:
    assert escape("one\ttwo\r\nthree", lines=True) == "one\ttwo\\x0d\nthree"


def test_of_all_characters_only_printable_ones_are_left() -> None:
    every = "".join(map(chr, range(sys.maxunicode + 1)))

    assert [ascii(char) for char in escape(every) if not char.isprintable()] == []


def test_a_painted_text_is_escaped_between_its_colours() -> None:
    paint = Paint(colour=True)

    assert list(spans(f"a {paint('b' + chr(27), 'red', 'bold')} c{paint('d', 'dim')}")) == [
        ("a ", []),
        ("b\\x1b", ["red", "bold"]),
        (" c", []),
        ("d", ["dim"]),
    ]


def test_what_begins_a_colour_here_means_nothing_in_another_process() -> None:
    """The marks of a process are drawn at random, so that no text from outside can hold them."""
    private = [chr(0xF0000 + at) for at in range(0, 0x10000, 8)]
    seen = "".join(piece for piece, colours in spans("".join(private)) if not colours)

    assert seen.count("\\U000f") >= len(private) - 1


@pytest.mark.parametrize("colour", [False, True])
def test_a_terminal_gets_our_colours_and_nobody_elses(colour: bool) -> None:
    out, err = io.StringIO(), io.StringIO()
    terminal = Terminal(out, err, io.StringIO("yes\n"), {"FORCE_COLOR": "1"} if colour else {})
    paint = Paint(colour=True)

    terminal.write(f"{paint('ours', 'green')}\n\x1b[31mtheirs")
    terminal.say(f"{paint('ours', 'red', 'bold')} \x1b]0;theirs\x07")
    terminal.ask(f"sure, {paint('ours', 'dim')}, \x1b[2J? ")

    green, red, dim, end = ("\x1b[32m", "\x1b[31;1m", "\x1b[2m", "\x1b[0m") if colour else ("",) * 4
    assert out.getvalue() == f"{green}ours{end}\n\\x1b[31mtheirs\n"
    assert err.getvalue() == f"{red}ours{end} \\x1b]0;theirs\\x07\nsure, {dim}ours{end}, \\x1b[2J? "
