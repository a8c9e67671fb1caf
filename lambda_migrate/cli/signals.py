"""Ctrl-C and SIGTERM: a command that can, stops at its next clean point; every other one stops at once."""

from __future__ import annotations

import contextlib
import signal
import threading
from typing import TYPE_CHECKING

from lambda_migrate.cli.trouble import interruption

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.context import Stop
    from lambda_migrate.render.terminal import Terminal


@contextlib.contextmanager
def listening(stop: Stop, terminal: Terminal, words: Sequence[str]) -> Iterator[None]:
    """Listen to the signals while a command runs, and put the old handlers back.

    Args:
        stop: Where a patient command looks whether it shall stop.
        terminal: Where it is said that the signal was heard.
        words: The words that name the command.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def heard(number: int, _frame: object) -> None:
        by = "Ctrl-C" if number == signal.SIGINT else signal.Signals(number).name
        if not stop.patient or stop.asked:
            raise interruption(words, by)
        stop.asked = by
        terminal.say(f"\n{by}: stopping at the next clean point; once more stops at once")

    before = {number: signal.signal(number, heard) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
