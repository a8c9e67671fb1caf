"""Sets of characters, spelt out: importing `string` or `re` for them would cost more than all that uses them."""

from __future__ import annotations

DIGITS = frozenset("0123456789")
LETTERS_AND_DIGITS = DIGITS | frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
HEXADECIMAL = DIGITS | frozenset("abcdefABCDEF")
