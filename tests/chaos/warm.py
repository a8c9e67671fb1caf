"""The program, loaded once and forked for each command: a process of its own that starts in a few milliseconds.

Orders come in as lines of JSON, ``{"arguments", "folder", "environment", "out", "err"}``; the process id goes out as
one line, then its exit code as another.
"""

from __future__ import annotations

import json
import os
import pkgutil
import sys
from importlib import import_module
from typing import Any

import boto3
from botocore.loaders import JSONFileLoader

from lambda_migrate.cli import commands, main

SERVICES = ("lambda", "sts", "cloudwatch", "apigatewayv2", "sns", "events", "sqs", "scheduler", "iam", "secretsmanager")


def warm() -> None:
    """Load what commands load late, and keep botocore's models."""
    read, kept = JSONFileLoader.load_file, {}

    def load_file(loader: JSONFileLoader, path: str) -> Any:
        if path not in kept:
            kept[path] = read(loader, path)
        return kept[path]

    JSONFileLoader.load_file = load_file
    for module in pkgutil.walk_packages(commands.__path__, f"{commands.__name__}."):
        import_module(module.name)
    session = boto3.Session(region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
    for service in SERVICES:
        session.client(service, endpoint_url="http://127.0.0.1:9")


def serve() -> None:
    """Carry out orders until nobody gives any."""
    for line in sys.stdin:
        order = json.loads(line)
        process = os.fork()
        if process == 0:
            _become(order)
        os.setpgid(process, process)
        print(process, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)


def _become(order: dict[str, Any]) -> None:
    """Be the command that was ordered, to the end."""
    code = 70
    try:
        os.setpgid(0, 0)
        os.chdir(order["folder"])
        os.environ.clear()
        os.environ.update(order["environment"])
        for number, path in ((0, os.devnull), (1, order["out"]), (2, order["err"])):
            opened = os.open(path, os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.dup2(opened, number)
            os.close(opened)
        sys.argv = ["lambda-migrate", *order["arguments"]]
        code = main()
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


if __name__ == "__main__":
    warm()
    serve()
