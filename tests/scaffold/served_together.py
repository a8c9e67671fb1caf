"""Runs the tests of a repository that serves several functions, starts its service and asks each: JSON."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from lambda_migrate_service import EVENTS_PATH
from lambda_migrate_service.testing import Client, sign


def event(client: Client, function: str) -> Any:
    """Return what the handler of one function makes of an event."""
    body = json.dumps({"event": {"Records": [{"eventSource": "aws:sqs", "body": "{}"}]}}).encode()
    headers = sign("POST", EVENTS_PATH, body, context={"context": {"function_name": function}})
    return client.request("POST", EVENTS_PATH, headers, body).content


def main(repository: Path) -> None:
    """Print what the tests say, and what each function answers."""
    os.chdir(repository)
    sys.path.insert(0, str(repository))
    told = io.StringIO()
    with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
        ended = pytest.main(["-q", "-p", "no:cacheprovider", "-p", "no:randomly", str(repository / "tests")])
    if ended:
        sys.stdout.write(json.dumps({"tests": told.getvalue()}))
        return
    from together import main as service  # type: ignore[import-not-found]  # noqa: PLC0415  # of this repository

    with Client(service.app) as client:
        answers = {path: client.get(path) for path in ("/readyz", "/orders", "/jobs", "/nowhere")}
        events = {name: event(client, name) for name in ("orders", "jobs")}
    told_by = {path: [each.status, each.content] for path, each in answers.items()}
    sys.stdout.write(json.dumps({"tests": "passed", "answers": told_by, "events": events}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
