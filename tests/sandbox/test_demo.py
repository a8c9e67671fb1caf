"""The whole story, told by the real command in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lambda_migrate.ledger import Ledger

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(900)]

COMMAND = [sys.executable, "-m", "lambda_migrate", "demo"]


def processes_below(directory: Path) -> list[str]:
    """Return the command lines of processes that work in a directory or were started from it."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and entry.name != str(os.getpid()):
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                where = str((entry / "cwd").readlink())
            except OSError:
                continue
            if str(directory) in line or where.startswith(str(directory)):
                found.append(line)
    return found


def test_the_function_leaves_lambda_under_live_traffic_and_nothing_is_lost(tmp_path: Path) -> None:
    story = tmp_path / "story"

    ended = subprocess.run([*COMMAND, "--keep", str(story), "--json"], capture_output=True, text=True, check=False)

    assert ended.returncode == 0, ended.stderr[-4000:]
    data = json.loads(ended.stdout)["data"]
    requests, events = data["requests"], data["events"]
    assert (requests["failed"], events["lost"], data["retired"]) == (0, 0, True), data
    assert requests["sent"] > 100
    assert events["sent"] > 100
    assert min(requests["by_function"], requests["by_service"], events["by_function"], events["by_service"]) > 0
    assert events["delivered"] == events["sent"]
    assert set(data["duplicates"]) <= {"sns", "sqs", "eventbridge"}
    assert bool(events["duplicated"]) == bool(data["duplicates"])
    typed = [line for line in ended.stderr.splitlines() if line.startswith("$ lambda-migrate ")]
    assert len(typed) >= 18
    verdicts = [
        record.note["result"]
        for record in Ledger.read(story / "work" / "ledger.yaml").records
        if record.note and record.note["kind"] == "verdict"
    ]
    assert verdicts.count("fail") == 1
    assert processes_below(story) == []


@pytest.mark.parametrize("stopped_by", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_leaves_nothing_running(tmp_path: Path, stopped_by: signal.Signals) -> None:
    story = tmp_path / "story"
    process = subprocess.Popen(
        [*COMMAND, "--keep", str(story)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path
    )
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("$ lambda-migrate verify"):
            break
    assert processes_below(story)

    process.send_signal(stopped_by)
    _out, err = process.communicate(timeout=120)

    assert process.returncode == 130
    assert "Traceback" not in err
    deadline = time.monotonic() + 20
    while (left := processes_below(story)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert left == []
