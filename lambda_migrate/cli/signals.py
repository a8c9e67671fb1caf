"""Ctrl-C, SIGTERM and SIGHUP: a command that can, stops at its next clean point; every other one stops at once."""

from __future__ import annotations

import contextlib
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.render.terminal import Terminal
    from lambda_migrate.workflow.call import Stop


HEARD = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextlib.contextmanager
def listening(stop: Stop, terminal: Terminal) -> Iterator[None]:
    """Listen to the signals while a command runs, and put the old handlers back.

    Args:
        stop: Where a cooperative command looks whether it shall stop.
        terminal: Where it is said that the signal was heard.

    Raises:
        KeyboardInterrupt: The command is to end at once; `stop` says by what.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def heard(number: int, _frame: object) -> None:
        by = "Ctrl-C" if number == signal.SIGINT else signal.Signals(number).name
        at_once, stop.asked = not stop.cooperative or bool(stop.asked), by
        if at_once:
            raise KeyboardInterrupt  # botocore takes every Exception for a failed call, and tries again
        with contextlib.suppress(RuntimeError):  # the signal came in the middle of a line that is being written
            terminal.say(f"\n{by}: stopping at the next clean point; once more stops at once")

    ours = [number for number in HEARD if signal.getsignal(number) is not signal.SIG_IGN]  # nohup says so
    before = {number: signal.signal(number, heard) for number in ours}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
