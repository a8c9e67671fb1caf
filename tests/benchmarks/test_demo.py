"""The demo: how long it takes, when the first line comes, and how long it ever says nothing."""

from __future__ import annotations

import subprocess
import sys
import time
from itertools import pairwise

import pytest

SECONDS, SILENCE = 90.0, 5.0
"""What it is to take on a machine with two cores and nothing else to do, and the longest silence."""


@pytest.mark.benchmark
@pytest.mark.timeout(600)
def test_the_demo_is_never_silent_for_long() -> None:
    began = time.monotonic()
    told = [began]
    said: list[str] = []
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "lambda_migrate", "demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        for line in process.stdout or ():
            told.append(time.monotonic())
            said.append(line)
    gaps = [later - earlier for earlier, later in pairwise(told)]

    print(
        f"\nthe demo: {told[-1] - began:.0f} s (budget {SECONDS:.0f} s), first line after {gaps[0]:.1f} s,"
        f" longest silence {max(gaps):.1f} s (budget {SILENCE:.0f} s), {len(gaps)} lines"
    )
    assert process.returncode == 0, "".join(said[-60:])
