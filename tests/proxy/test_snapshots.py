"""Under SnapStart, environments start from a snapshot of one that was initialised: nothing in it may be unique."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.proxy import layer
from tests.events import requests
from tests.proxy.service import KEY

if TYPE_CHECKING:
    from pathlib import Path

    from tests.proxy.service import Service

HOOKED = """
hooks = []
def register_after_restore(hook, *arguments):
    hooks.append((hook, arguments))
"""
"""What Lambda's runtime offers: it calls what was registered by the end of the init phase, after each restore."""

ORIGINAL = """
import snapshot_restore_py
connections = []
snapshot_restore_py.register_after_restore(connections.append, "opened")
def handler(event, context):
    return {"statusCode": 200, "body": connections[-1]}
"""

RESTORED = """
import json, sys
import lambda_migrate_proxy
handle = lambda_migrate_proxy.handler
there = sorted(name for name in sys.modules if name.startswith("lambda_migrate_proxy."))
import snapshot_restore_py
for hook, arguments in snapshot_restore_py.hooks:
    hook(*arguments)
class Context:
    function_version = "7"
    def get_remaining_time_in_millis(self):
        return 10_000
event = json.load(sys.stdin)
answer = handle(event, Context())
after = sorted(name for name in sys.modules if name.startswith("lambda_migrate_proxy."))
print("answer", json.dumps([answer, sorted(set(after) - set(there))]))
"""


TWICE = """
import json, os, random, sys
import lambda_migrate_proxy
handle = lambda_migrate_proxy.handler
class Context:
    function_version = "7"
    def get_remaining_time_in_millis(self):
        return 10_000
event = json.load(sys.stdin)
random.seed(1)
for _ in range(2):
    child = os.fork()
    if child == 0:
        handle(event, Context())
        os._exit(0)
    os.waitpid(child, 0)
print("answer null")
"""
"""Two processes with the same memory, as two environments have it that start from one snapshot."""


def restored(folder: Path, event: Any, program: str = RESTORED, **variables: str) -> Any:
    """Run a program as Lambda does after a restore; return what it says."""
    for name, content in layer.files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (folder / "app.py").write_text(ORIGINAL)
    (folder / "snapshot_restore_py.py").write_text(HOOKED)
    environment = {
        "PYTHONPATH": f"{folder}:{folder / 'python'}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "AWS_LAMBDA_FUNCTION_VERSION": "7",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start",
        "LAMBDA_MIGRATE_ORIGINAL_HANDLER": "app.handler",
        "LAMBDA_MIGRATE_SIGNING_KEYS": KEY,
        **variables,
    }
    ended = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps(event),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 0, ended.stderr
    (line,) = [line for line in ended.stdout.splitlines() if line.startswith("answer ")]
    return json.loads(line.removeprefix("answer "))


@pytest.mark.processes
def test_hooks_of_the_original_run_after_the_restore_although_all_events_are_the_services(tmp_path: Path) -> None:
    """The runtime calls hooks that were registered while the environment was initialised, and no later ones."""
    answer, imported = restored(
        tmp_path,
        requests.rest_api(),
        LAMBDA_MIGRATE_SERVICE_URL="http://127.0.0.1:1",
        LAMBDA_MIGRATE_EVENTS="all",
        LAMBDA_MIGRATE_FALLBACK="connect",
    )

    assert (answer, imported) == ({"statusCode": 200, "body": "opened"}, [])


@pytest.mark.processes
def test_two_environments_of_one_snapshot_draw_different_ids_and_open_their_own_connections(
    tmp_path: Path, service: Service
) -> None:
    restored(
        tmp_path,
        requests.rest_api(),
        program=TWICE,
        LAMBDA_MIGRATE_SERVICE_URL=service.url,
        LAMBDA_MIGRATE_EVENTS="all",
    )

    ids = {each.headers["x-lambda-migrate-request-id"] for each in service.received}
    signatures = {each.headers["x-lambda-migrate-signature"] for each in service.received}
    assert (len(ids), len(signatures), service.connections) == (2, 2, 2)
