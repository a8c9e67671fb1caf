"""Runs the command line: ``lambda-migrate``, or ``python -m lambda_migrate``."""

from __future__ import annotations

import signal
import sys


def run() -> int:
    """Run this process's own command line and return its exit code.

    Ctrl-C while Python still loads, before the command listens, ends the process without a traceback.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from lambda_migrate.cli import main  # noqa: PLC0415  # takes a tenth of a second, in which Ctrl-C may come

    return main()


if __name__ == "__main__":
    sys.exit(run())
