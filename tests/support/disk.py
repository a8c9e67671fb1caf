"""What is written is not waited for until the disk has it: no test loses power, and nothing else shows the difference.

That each record is flushed before the next step, `tests/engine/test_flushed.py` shows. Processes of their own, and
benchmarks, flush as always.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session", autouse=True)
def unflushed(pytestconfig: pytest.Config) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        if "benchmark" not in pytestconfig.getoption("markexpr"):
            patch.setattr(os, "fsync", lambda _handle: None)
        yield
