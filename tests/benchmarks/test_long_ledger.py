"""What looking at a ledger of 100,000 records costs: seconds and memory of the whole command, beside one of 1,000."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.support import long_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RECORDS, FEW = 100_000, 1_000
SECONDS = 3.0
"""What `status` is to take at most; printed beside what it took."""
GROWN = 40.0
"""How many megabytes more the long ledger may take than the short one: 400 bytes a record."""
PROGRAM = "import sys; from lambda_migrate.__main__ import run; sys.exit(run())"
MEASURED = (
    f"import resource, subprocess, sys; code = subprocess.call([sys.executable, '-c', {PROGRAM!r}, *sys.argv[1:]]);"
    " used = resource.getrusage(resource.RUSAGE_CHILDREN);"
    " print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, file=sys.stderr); sys.exit(code)"
)
IDENTITY = (
    b'<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
    b"<Arn>arn:aws:iam::123456789012:user/alice</Arn><UserId>A</UserId><Account>123456789012</Account>"
    b"</GetCallerIdentityResult></GetCallerIdentityResponse>"
)


class Cost(NamedTuple):
    """What a command took: seconds of the processor, and megabytes at its peak."""

    seconds: float
    megabytes: float


class WhoAmI(BaseHTTPRequestHandler):
    """Answers the one question to AWS that a rollback asks before it shows what it would do."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-length", str(len(IDENTITY)))
        self.end_headers()
        self.wfile.write(IDENTITY)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def endpoint() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), WhoAmI)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def cost(folder: Path, *command: str) -> Cost:
    environ = {**os.environ, "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y"}
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *command], cwd=folder, env=environ, capture_output=True, text=True, check=True
    )
    return Cost(*map(float, done.stderr.strip().splitlines()[-1].split()))


def costs(folder: Path, endpoint: str, records: int) -> tuple[Cost, dict[str, Cost]]:
    """Return what the first look at a ledger of so many records costs, which writes the index, and later ones."""
    folder.mkdir()
    long_ledger.write(folder / "ledger.yaml", records)
    (folder / "migration.yaml").write_text("function: orders\n")
    first = cost(folder, "status")
    commands = (
        ("status",),
        ("history",),
        ("history", "--json"),
        ("rollback", "--dry-run", "--endpoint-url", endpoint),
    )
    return first, {" ".join(command[:2]): cost(folder, *command) for command in commands}


@pytest.mark.benchmark
def test_looking_at_100000_records(tmp_path: Path, endpoint: str) -> None:
    _first, short = costs(tmp_path / "short", endpoint, FEW)

    first, long = costs(tmp_path / "long", endpoint, RECORDS)

    print(
        f"\n{RECORDS:,} records (status: at most {SECONDS:.0f} s);"
        f" the first look, which writes the index: {first.seconds:.1f} s"
    )
    for command, taken in long.items():
        was = short[command]
        print(
            f"{command:<20} {taken.seconds:5.2f} s  {taken.megabytes:4.0f} MB;"
            f" {taken.seconds / was.seconds:.1f} and {taken.megabytes / was.megabytes:.1f} x those of {FEW:,} records"
        )
    assert [command for command, taken in long.items() if taken.megabytes > GROWN + short[command].megabytes] == []
