"""A cutover on a real terminal: the view of its bake, and keys that act on production."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.aws.documents import read_or_none
from tests.support.pseudo_terminal import PseudoTerminal, environment
from tests.support.waiting import TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cli.user import User

pytestmark = pytest.mark.sandbox


@pytest.fixture
def terminal() -> Iterator[PseudoTerminal]:
    made = PseudoTerminal()
    yield made
    made.close()


def test_a_bake_is_watched_paused_and_aborted(user: User, service: str, terminal: PseudoTerminal) -> None:
    user.configure(url=service, cutover="{propagation: false, bake: 10m}")
    assert user("proxy", "deploy", "--events", "all", "--yes").code == 0

    command = [sys.executable, "-m", "lambda_migrate", "cutover", "--yes", "--weights", "10,100"]
    process = subprocess.Popen(
        command, cwd=user.folder, env=environment(), stdin=terminal.end, stdout=terminal.end, stderr=terminal.end
    )
    try:
        terminal.shows("watching: alias live: 1 ")
        terminal.shows("guard  alias live ")
        terminal.shows("p pause  e extend 3 min 20 s  n next  a abort")
        terminal.press("p")
        terminal.shows("paused: the weight stays; unless it goes on, the guard acts in 1 d")
        terminal.press("aa")
        terminal.shows("failed: aborted by a key, before the bake was over")
        assert process.wait(TIMEOUT) == 3
    finally:
        process.kill()
        process.wait()

    alias = read_or_none(user.aws, "lambda", "get_alias", FunctionName=user.function, Name="live") or {}
    acts = [
        (record["note"]["act"], record["by"].rpartition(":")[2])
        for record in json.loads(user("history", "--json").out)["data"]["records"]
        if (record.get("note") or {}).get("kind") == "bake"
    ]
    assert (alias["FunctionVersion"], (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}) == (
        "1",
        {},
    )
    assert acts == [("paused", "root"), ("aborted", "root")]
    assert terminal.as_before
