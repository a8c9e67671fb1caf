"""Ctrl-C and SIGTERM: a cooperative command is asked, every other one is stopped."""

from __future__ import annotations

import io
import signal

import pytest

from lambda_migrate.cli.signals import listening
from lambda_migrate.render.terminal import Terminal
from lambda_migrate.workflow.call import Stop


@pytest.fixture
def terminal() -> Terminal:
    return Terminal(io.StringIO(), io.StringIO(), io.StringIO())


def test_a_cooperative_command_is_asked_first_and_stopped_the_second_time(terminal: Terminal) -> None:
    stop = Stop()

    with listening(stop, terminal), stop:
        signal.raise_signal(signal.SIGTERM)
        asked = stop()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)

    assert asked
    assert terminal.err.getvalue() == "\nSIGTERM: stopping at the next clean point; once more stops at once\n"
    assert stop.asked == "Ctrl-C"


def test_a_command_that_only_looks_is_stopped_at_once(terminal: Terminal) -> None:
    stop = Stop()

    with listening(stop, terminal), pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGTERM)

    assert (stop.asked, terminal.err.getvalue()) == ("SIGTERM", "")


def test_the_handlers_of_before_are_put_back(terminal: Terminal) -> None:
    before = signal.getsignal(signal.SIGTERM)

    with listening(Stop(), terminal):
        assert signal.getsignal(signal.SIGTERM) is not before

    assert signal.getsignal(signal.SIGTERM) is before
