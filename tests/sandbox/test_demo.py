"""The whole story, told by the real command in a process of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lambda_migrate.engine.ledger import Ledger
from lambda_migrate.function.backup import Backup
from lambda_migrate.sandbox.unkindness import BEARABLE
from tests.support.waiting import TIMEOUT, eventually

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(900)]

WIDE = {"COLUMNS": "300"}
"""So that what is typed stays on one line each."""

COMMAND = [sys.executable, "-m", "lambda_migrate", "demo"]


PATH = [
    "inspect orders",
    "init orders --store-secrets",
    "freeze",
    "proxy rotate-key",
    "service deploy",
    "verify",
    "doctor",
    "proxy deploy --events non-api",
    "verify",
    "cutover --weights 25,100 --bake 3s",
    "proxy deploy --events all",
    "verify",
    "cutover --weights 25,100 --bake 3s",
    "service stop",
    "status",
    "service deploy",
    "cutover --weights 25,100 --bake 3s",
    "rollback --last",
    "cutover --weights 100 --bake 3s",
    "cutover --direct --bake 3s",
    "retire --confirm orders",
    "status",
    "history --verify",
]
"""What is typed, less where the sources are and that nobody is asked."""

UNKIND_PATH = [line.replace("3s", "6s") for line in PATH]
"""What is typed where the AWS is unkind: bakes are longer."""


def typed_in(story: str) -> list[str]:
    lines = re.findall(r"^\$ lambda-migrate (.*)$", story, re.MULTILINE)
    return [re.sub(r" --(?:yes|source \S+|directory \S+|target \S+|url \S+)", "", line) for line in lines]


def the_weights_went_back(ledger: Ledger) -> bool:
    """Return whether what follows the only verdict that is `fail` is that step, undone."""
    told = [(record.event, record.id, (record.note or {}).get("result")) for record in ledger.records]
    (failed,) = [number for number, (_event, _id, result) in enumerate(told) if result == "fail"]
    step = told[failed][1]
    return step.endswith("shift_weight") and told[failed + 1 : failed + 3] == [
        ("undo-intent", step, None),
        ("undone", step, None),
    ]


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


@pytest.mark.parametrize(
    ("options", "path", "unkind"),
    [
        pytest.param([], PATH, [], id="kind", marks=pytest.mark.long(150)),
        pytest.param(
            ["--unkind"], UNKIND_PATH, [each.name for each in BEARABLE], id="unkind", marks=pytest.mark.long(260)
        ),
    ],
)
def test_the_function_leaves_lambda_under_live_traffic_and_nothing_is_lost(
    tmp_path: Path, options: list[str], path: list[str], unkind: list[str]
) -> None:
    story = tmp_path / "story"
    command = [*COMMAND, *options, "--keep", str(story), "--json"]

    ended = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **WIDE})

    assert ended.returncode == 0, f"{ended.stderr[-4000:]}\n{ended.stdout[-4000:]}"
    data = json.loads(ended.stdout)["data"]
    requests, events = data["requests"], data["events"]
    assert (requests["failed"], events["lost"], data["retired"]) == (0, 0, True), data
    assert requests["sent"] > 100
    assert events["sent"] > 100
    assert min(requests["by_function"], requests["by_service"], events["by_function"], events["by_service"]) > 0
    assert events["delivered"] == events["sent"]
    assert set(data["duplicates"]) <= {"sns", "sqs", "eventbridge"}
    assert bool(events["duplicated"]) == bool(data["duplicates"])
    assert typed_in(ended.stderr) == path
    assert re.findall(r"^# unkind: (\w+)=", ended.stderr, re.MULTILINE) == unkind
    assert re.search(
        r"^\$ lambda-migrate history --verify\n  \d+ records, each follows from the one before",
        ended.stderr,
        re.MULTILINE,
    )
    assert the_weights_went_back(Ledger.read(story / "work" / "ledger.yaml"))
    (backup,) = (story / "work" / ".lambda-migrate" / "backup").iterdir()
    assert Backup(backup).function_arn().endswith(":function:orders")
    assert processes_below(story) == []


@pytest.mark.long(16)
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
    _out, err = process.communicate(timeout=2 * TIMEOUT)

    assert process.returncode == 130
    assert "Traceback" not in err
    eventually(lambda: processes_below(story) == [])
