"""The program, loaded once and forked for each command: a process of its own that starts in a few milliseconds.

Run by :mod:`tests.support.forked`. Orders come in on a socket, each one message: JSON with ``arguments``, ``folder``,
``environment`` and ``group`` (whether it leads a process group of its own), and four file descriptors: its three
streams, and a pipe on which its process id is told at once, and what `waitpid` says when it has ended.
"""

from __future__ import annotations

import json
import os
import pkgutil
import selectors
import signal
import socket
import sys
import traceback
from importlib import import_module
from typing import Any

import boto3
import pytest

from lambda_migrate.cli import commands, main
from lambda_migrate.proxy import layer
from tests.support.botocore_kept import keep

SERVICES = ("lambda", "sts", "cloudwatch", "apigatewayv2", "sns", "events", "sqs", "scheduler", "iam", "secretsmanager")
LONGEST = 1 << 20


def warm() -> None:
    """Load what commands load late."""
    keep(pytest.MonkeyPatch())
    for module in pkgutil.walk_packages(commands.__path__, f"{commands.__name__}."):
        import_module(module.name)
    session = boto3.Session(region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
    for service in SERVICES:
        session.client(service, endpoint_url="http://127.0.0.1:9")
    layer.build()


def serve(orders: socket.socket) -> None:
    """Carry out orders until nobody gives any."""
    awake, waker = socket.socketpair()
    waker.setblocking(False)  # signal.set_wakeup_fd asks for it
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(waker.fileno())
    reports: dict[int, int] = {}
    with selectors.DefaultSelector() as selector:
        selector.register(orders, selectors.EVENT_READ)
        selector.register(awake, selectors.EVENT_READ)
        while True:
            for key, _events in selector.select():
                if key.fileobj is awake:
                    awake.recv(LONGEST)
                    _report(reports)
                    continue
                order, files, _flags, _address = socket.recv_fds(orders, LONGEST, 4)
                if not order:
                    return
                _carry_out(json.loads(order), files, reports)


def _carry_out(order: dict[str, Any], files: list[int], reports: dict[int, int]) -> None:
    *streams, report = files
    process = os.fork()
    if process == 0:
        _become(order, streams)
    if order["group"]:
        os.setpgid(process, process)
    for each in streams:
        os.close(each)
    reports[process] = report
    os.write(report, b"%d\n" % process)


def _report(reports: dict[int, int]) -> None:
    for process, report in list(reports.items()):
        ended, status = os.waitpid(process, os.WNOHANG)
        if ended:
            os.write(report, b"%d\n" % status)
            os.close(reports.pop(process))


def _become(order: dict[str, Any], streams: list[int]) -> None:
    """Be the command that was ordered, to the end."""
    code = 70
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # as lambda_migrate.__main__ has it until the command listens
        if order["group"]:
            os.setpgid(0, 0)
        os.chdir(order["folder"])
        os.environ.clear()
        os.environ.update(order["environment"])
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
        os.closerange(3, 256)
        sys.stdin, sys.stdout = os.fdopen(0), os.fdopen(1, "w")  # those of before know what they were opened on
        sys.stderr = os.fdopen(2, "w", buffering=1, errors="backslashreplace")
        sys.argv = ["lambda-migrate", *order["arguments"]]
        code = main()
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:  # noqa: BLE001  # the process ends here, and nobody else tells
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)


if __name__ == "__main__":
    warm()
    serve(socket.socket(fileno=int(sys.argv[1])))
