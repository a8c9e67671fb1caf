"""What an image starts, without an AWS: the interface that its process asks, and the paths that it is told."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.sandbox import container
from lambda_migrate.sandbox.runtime_interface import RuntimeExitError, RuntimeInterface

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.processes

APPLICATION = """
import json, os, extra
def handler(event, context):
    if event == "fail":
        raise LookupError("it is out of stock")
    if event == "end":
        os._exit(7)
    return {"event": event, "id": context.aws_request_id, "arn": context.invoked_function_arn,
            "left": context.get_remaining_time_in_millis() > 0, "extra": extra.__file__, "folder": os.getcwd()}
"""
ENVIRONMENT = {
    "AWS_LAMBDA_FUNCTION_NAME": "orders",
    "AWS_LAMBDA_FUNCTION_VERSION": "3",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
    "PYTHONPATH": "/opt/python:/elsewhere",
}
CONTEXT = SimpleNamespace(
    aws_request_id="r-1", invoked_function_arn="arn:orders:3", get_remaining_time_in_millis=lambda: 3000
)


@contextmanager
def started(root: Path, *command: str) -> Iterator[Any]:
    for name, content in {"app/app.py": APPLICATION, "opt/python/extra.py": ""}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)
    told = {"command": [*command], "folder": "/app"}
    interface = container.started(ENVIRONMENT, str(root), told)
    assert isinstance(interface, RuntimeInterface)
    try:
        yield interface
    finally:
        interface.stop()


def test_the_runtime_client_takes_events_and_finds_modules_where_the_image_has_them(tmp_path: Path) -> None:
    with started(tmp_path, "python", "-m", "awslambdaric", "app.handler") as handler:
        answer = handler({"a": [1.5]}, CONTEXT)
        with pytest.raises(Exception, match="it is out of stock") as raised:
            handler("fail", CONTEXT)
        again = handler(None, CONTEXT)
        with pytest.raises(RuntimeExitError, match="the process ended with 7"):
            handler("end", CONTEXT)

    assert answer == {
        "event": {"a": [1.5]},
        "id": "r-1",
        "arn": "arn:orders:3",
        "left": True,
        "extra": str(tmp_path / "opt/python/extra.py"),
        "folder": str(tmp_path / "app"),
    }
    assert type(raised.value).__name__ == "LookupError"
    assert again["event"] is None


def test_a_script_may_hand_its_argument_on_to_the_runtime_client(tmp_path: Path) -> None:
    script = tmp_path / "entry.sh"
    script.write_text('#!/bin/sh\nexec python -m awslambdaric "$@"\n')
    script.chmod(0o755)

    with started(tmp_path, "/entry.sh", "app.handler") as handler:
        assert handler(json.loads("[]"), CONTEXT)["event"] == []


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (("python", "-m", "awslambdaric", "app.missing"), "HandlerNotFound: Handler 'missing' missing"),
        ((sys.executable, "-c", "raise SystemExit(3)"), "the process ended with 3"),
    ],
)
def test_what_does_not_start_says_why(tmp_path: Path, command: tuple[str, ...], reason: str) -> None:
    with pytest.raises(RuntimeExitError, match=reason), started(tmp_path, *command):
        pass
