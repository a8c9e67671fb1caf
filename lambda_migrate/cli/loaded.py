"""The program, loaded once and forked for each command: what somebody else types starts in a few milliseconds.

The demo runs it, which types two dozen commands: ``python -m lambda_migrate.cli.loaded FD``. Orders come in on a
socket: a byte with two file descriptors (where the command prints, and where its exit code is told), then a line of
JSON with ``words``, ``folder`` and ``environment``. The answer is the process id, on a line.
"""

from __future__ import annotations

import json
import os
import pkgutil
import signal
import socket
import sys
import traceback
from importlib import import_module
from typing import Any

from lambda_migrate.aws.session import Aws
from lambda_migrate.cli import commands, main
from lambda_migrate.workflow import phases

LONGEST = 1 << 20
"""Bytes that are read at once."""


def load() -> None:
    """Load what commands load late; nothing is asked of AWS, and no thread is started."""
    for package in (commands, phases):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    Aws(region="us-east-1", endpoint_url="http://127.0.0.1:9").client("lambda")


def serve(orders: socket.socket) -> None:
    """Carry out orders until nobody gives any."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them here: each tells its exit code itself
    while True:
        first, files, _flags, _address = socket.recv_fds(orders, 1, 2)
        if not first:
            return
        order, (printed, ended) = _line(orders), files
        process = os.fork()
        if process == 0:
            _become(json.loads(order), printed, ended)
        os.close(printed)
        os.close(ended)
        orders.sendall(b"%d\n" % process)


def _line(orders: socket.socket) -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        line += orders.recv(LONGEST)
    return line


def _become(order: dict[str, Any], printed: int, ended: int) -> None:
    """Be the command that was ordered, to the end."""
    code = 70
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # as the program has it until the command listens
        os.setsid()
        os.chdir(order["folder"])
        os.environ.clear()
        os.environ.update(order["environment"])
        nothing = os.open(os.devnull, os.O_RDONLY)
        for number, stream in enumerate((nothing, printed, printed)):
            os.dup2(stream, number)
        sys.stdin, sys.stdout = os.fdopen(0), os.fdopen(1, "w", buffering=1)
        sys.stderr = os.fdopen(2, "w", buffering=1, errors="backslashreplace")
        sys.argv = ["lambda-migrate", *order["words"]]
        code = main()
        sys.stdout.flush()
    except BaseException:  # noqa: BLE001  # the process ends here, and nobody else tells
        traceback.print_exc()
    finally:
        os.write(ended, b"%d" % code)
        os._exit(code)


if __name__ == "__main__":
    load()
    serve(socket.socket(fileno=int(sys.argv[1])))
