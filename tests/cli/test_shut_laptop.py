"""A laptop that is shut during a bake: the process is gone, and production ends where it came from."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.aws.documents import read_or_none
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from tests.cli.user import User

pytestmark = pytest.mark.sandbox

CUTOVER = "{propagation: false, bake: 4s, grace: 3s}"


def test_production_ends_at_the_original(user: User, service: str) -> None:
    user.configure(url=service, cutover=CUTOVER)
    assert user("proxy", "deploy", "--events", "all", "--yes").code == 0

    def alias() -> tuple[str, dict[str, float]]:
        found = read_or_none(user.aws, "lambda", "get_alias", FunctionName=user.function, Name="live")
        if found is None:
            return "", {}
        return found["FunctionVersion"], (found.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}

    command = [sys.executable, "-m", "lambda_migrate", "cutover", "--yes", "--weights", "10,100"]
    process = subprocess.Popen(command, cwd=user.folder, env=dict(os.environ), stderr=subprocess.DEVNULL)
    try:
        eventually(lambda: bool(alias()[1]))
        process.send_signal(signal.SIGKILL)
    finally:
        process.kill()
        process.wait()
    at_once, said, told = alias(), user("status").out, user("status", "--aws", "--json").json["data"]["aws"]
    eventually(lambda: not alias()[1])

    assert at_once[1] == {"2": 0.1}
    assert "Guard: alias live goes back to version 1 by itself" in said
    assert [check["name"] for check in told[:2]] == ["lock in AWS", "guard in AWS"]
    assert f"(process {process.pid}), `cutover`, for 15 min more" in told[0]["detail"]
    assert alias() == ("1", {})
    again = user("rollback", "--last", "--yes")
    assert (again.code, "alias live went back to version 1 by itself" in again.err, alias()[1]) == (0, True, {})
