"""Sets environment variables for a while: what runs in this process reaches the embedded AWS by them."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def exported(environment: dict[str, str]) -> Iterator[None]:
    """Set environment variables for as long as the block lasts."""
    before = {name: os.environ.get(name) for name in (*environment, "AWS_PROFILE")}
    os.environ.pop("AWS_PROFILE", None)
    os.environ.update(environment)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
