"""Runs the command line: ``lambda-migrate``, or ``python -m lambda_migrate``."""

from __future__ import annotations

import gc
import signal
import sys


def run() -> int:
    """Run this process's own command line and return its exit code.

    Ctrl-C while Python still loads, before the command listens, ends the process without a traceback. What is loaded
    stays to the end: looking for garbage in it, now and when Python exits, would take a fifth of a short command.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.disable()
    from lambda_migrate.cli import main  # noqa: PLC0415  # takes a tenth of a second, in which Ctrl-C may come

    gc.freeze()
    gc.enable()

    return main()


if __name__ == "__main__":
    sys.exit(run())
