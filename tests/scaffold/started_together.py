"""Starts the services of several repositories, one after the other in a process that has imported what all need.

Each gets a child of its own. It runs the repository's own tests, starts the service, and asks it: JSON, a line each.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import boto3  # noqa: F401  # imported once for all
import fastapi  # noqa: F401  # as above
import lambda_migrate_service.testing
import mangum  # noqa: F401  # as above
import pytest
import starlette.testclient  # noqa: F401  # as above


def checked(repository: Path) -> dict[str, Any]:
    """Return what the repository's tests say, and what its service answers."""
    os.chdir(repository)
    sys.path.insert(0, str(repository))
    told = io.StringIO()
    with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
        ended = pytest.main(["-q", "-p", "no:cacheprovider", "-p", "no:randomly", str(repository / "tests")])
    if ended:
        return {"tests": told.getvalue()}
    from service import main  # type: ignore[import-not-found]  # noqa: PLC0415  # of this repository

    with lambda_migrate_service.testing.Client(main.app) as client:
        answers = {path: client.get(path) for path in ("/readyz", "/things", "/nowhere")}
        event = client.deliver({"Records": [{"eventSource": "aws:sqs", "body": "{}"}]})
    return {
        "tests": "passed",
        "ready": answers["/readyz"].status,
        "things": answers["/things"].content,
        "nowhere": answers["/nowhere"].status,
        "served": dict(answers["/things"].headers).get("x-served"),
        "event": event.status,
    }


def main(repositories: list[str]) -> None:
    """Check each in a child of its own."""
    for each in repositories:
        child = os.fork()
        if child == 0:
            with contextlib.suppress(BaseException):
                sys.stdout.write(json.dumps([each, checked(Path(each))]) + "\n")
                sys.stdout.flush()
            os._exit(0)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main(sys.argv[1:])
