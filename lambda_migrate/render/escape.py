r"""What we did not write must not command a terminal: it is shown as ``\x1b``.

AWS, a ledger, a lock file, a service's answer: a name in them can hold escape sequences that colour, hide or
overwrite what a person is about to agree to, characters that reverse the direction of reading, and invisible ones.
"""

from __future__ import annotations

import re

_PICTURES = "\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_HARMLESS = re.compile(f"((?<=[{_PICTURES}])[\ufe0e\ufe0f]|(?<=[{_PICTURES}\ufe0f])\u200d(?=[{_PICTURES}]))")
"""The selector of a picture's look and the joiner to the next one: invisible, and deceiving nobody there."""

_SELECTORS = ((0x180B, 0x180F), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
_UNSEEN = {chr(code) for first, last in _SELECTORS for code in range(first, last + 1)} | set(
    "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"
)
"""What Unicode calls a letter or a mark, and nobody sees: fillers, and selectors of a letter's look."""


class _Escapes(dict[int, str]):
    """What stands for a character, by its number; `str.translate` asks."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if char.isprintable() and char not in _UNSEEN:
            shown = char
        else:
            shown = "\\" + (f"x{code:02x}" if code < 1 << 8 else f"u{code:04x}" if code < 1 << 16 else f"U{code:08x}")
        return self.setdefault(code, shown)


_LINE = _Escapes()
_LINES = _Escapes({ord("\n"): "\n", ord("\t"): "\t"})


def escape(text: str, *, lines: bool = False) -> str:
    r"""Return a text of which every character is seen as what it is; twice changes nothing more.

    Escaped are control characters (ESC and with it every sequence, CR, C1), line separators, what changes the direction
    of reading (U+202A to U+202E, U+2066 to U+2069, marks), what is invisible (outside of emoji), blanks other than the
    space, lone surrogates, and what is for private use or not assigned.

    Args:
        text: From anywhere.
        lines: Whether it has several lines: line feeds and tabs stay.
    """
    table = _LINES if lines else _LINE
    parts = _HARMLESS.split(text)
    parts[::2] = [part.translate(table) for part in parts[::2]]
    return "".join(parts)
