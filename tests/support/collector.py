"""Keeps the garbage collector away from what stays.

Modules, tests and models of botocore are millions of objects that stay to the end; a full collection looks at each.
"""

from __future__ import annotations

import gc

YOUNG = 20_000
"""Objects that are made before the collector looks at the young ones; Python's own 700 suits small programs."""


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 10, 10)
