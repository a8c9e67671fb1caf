from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.errors import Locked
from lambda_migrate.sandbox.embedded_aws import EmbeddedAws
from tests.support.waiting import TIMEOUT, eventually

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.sandbox

PARENT = """
import sys, time
from pathlib import Path
from lambda_migrate.sandbox.embedded_aws import EmbeddedAws

with EmbeddedAws.start(Path(sys.argv[1])) as aws:
    print(aws.pid, flush=True)
    time.sleep(600)
"""


def processes_of_group(group: int) -> list[int]:
    """Return the processes of a process group that still run (zombies have ended)."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            pid, _, rest = status.read_text().partition(" ")
            state, _parent, owner, *_ = rest.rpartition(")")[2].split()
            if int(owner) == group and state != "Z":
                found.append(int(pid))
    return sorted(found)


def test_it_answers_while_it_runs_and_is_gone_afterwards(tmp_path: Path) -> None:
    with EmbeddedAws.start(tmp_path) as aws:
        assert aws.answers()
        assert EmbeddedAws.find(tmp_path) == aws

    assert not aws.answers()
    assert processes_of_group(aws.pid) == []
    assert EmbeddedAws.find(tmp_path) is None
    assert sorted(file.name for file in tmp_path.iterdir()) == ["aws.lock", "aws.log"]


def test_it_listens_on_loopback_only(embedded_aws: EmbeddedAws) -> None:
    assert embedded_aws.endpoint_url == f"http://127.0.0.1:{embedded_aws.port}"
    listening = subprocess.run(
        [sys.executable, "-c", LISTENERS, str(embedded_aws.pid)], capture_output=True, text=True, check=True
    )
    assert listening.stdout.split() == [f"127.0.0.1:{embedded_aws.port}"]


LISTENERS = """
import os, sys
from pathlib import Path
inodes = set()
for descriptor in Path(f"/proc/{sys.argv[1]}/fd").iterdir():
    try:
        target = os.readlink(descriptor)
    except OSError:
        continue
    if target.startswith("socket:"):
        inodes.add(target[8:-1])
for table in ("tcp", "tcp6"):
    for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[3] == "0A" and fields[9] in inodes:
            address, port = fields[1].split(":")
            octets = [str(int(address[at : at + 2], 16)) for at in (6, 4, 2, 0)] if table == "tcp" else [address]
            print(f"{'.'.join(octets)}:{int(port, 16)}")
"""


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda sent: sent.name)
def test_it_ends_with_its_parent_and_leaves_no_worker(
    tmp_path: Path, sent: signal.Signals, client: Callable[[str], Any]
) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    server = int(parent.stdout.readline())
    assert processes_of_group(server) == [server]

    parent.send_signal(sent)
    parent.wait(TIMEOUT)
    parent.stdout.close()

    eventually(lambda: processes_of_group(server) == [])


def test_a_busy_lambda_worker_is_stopped_too(tmp_path: Path) -> None:
    with EmbeddedAws.start(tmp_path) as aws:
        subprocess.run([sys.executable, "-c", BUSY], env={**os.environ, **aws.environment}, check=True)
        eventually(lambda: len(processes_of_group(aws.pid)) == 2)

    eventually(lambda: processes_of_group(aws.pid) == [])


BUSY = """
import boto3, io, zipfile
archive = io.BytesIO()
with zipfile.ZipFile(archive, "w") as code:
    code.writestr("index.py", "import time\\ndef handler(event, context): time.sleep(300)\\n")
functions = boto3.client("lambda")
functions.create_function(FunctionName="busy", Runtime="python3.12", Handler="index.handler", Timeout=600,
                          Role="arn:aws:iam::000000000000:role/busy", Code={"ZipFile": archive.getvalue()})
functions.get_waiter("function_active_v2").wait(FunctionName="busy", WaiterConfig={"Delay": 0.1})
functions.invoke(FunctionName="busy", InvocationType="Event")
"""


def test_detached_it_is_found_again_and_stopped(tmp_path: Path) -> None:
    started = EmbeddedAws.start_detached(tmp_path)
    try:
        found = EmbeddedAws.find(tmp_path)
        assert found == started
        assert found.answers()
    finally:
        started.stop()

    assert EmbeddedAws.find(tmp_path) is None
    assert processes_of_group(started.pid) == []


def test_a_second_one_in_the_same_directory_is_refused(tmp_path: Path) -> None:
    with EmbeddedAws.start(tmp_path), pytest.raises(Locked, match="an embedded AWS is running in"):
        EmbeddedAws.start_detached(tmp_path)


def test_a_state_file_that_outlived_its_server_points_at_nobody(tmp_path: Path) -> None:
    reads = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    bystander = subprocess.Popen(reads, stdin=subprocess.PIPE, start_new_session=True)
    try:
        (tmp_path / "aws.lock").touch()
        (tmp_path / "aws.json").write_text(f'{{"pid": {bystander.pid}, "port": 1, "started": "then"}}')

        assert EmbeddedAws.find(tmp_path) is None
        EmbeddedAws(tmp_path, bystander.pid, 1, "then").stop()

        bystander.communicate()
        assert bystander.returncode == 0  # it ended by itself, at the end of what it read
    finally:
        bystander.kill()
        bystander.wait()
