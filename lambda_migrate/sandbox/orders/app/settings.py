"""What differs from one deployment to the next, read from the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Settings:
    """The settings of one deployment."""

    table: str
    session_secret: str
    base_path: str
    log_level: str


@cache
def settings() -> Settings:
    """Return the settings; a missing one fails the first request that needs it."""
    return Settings(
        table=os.environ["ORDERS_TABLE"],
        session_secret=os.environ["SESSION_SECRET"],
        base_path=os.environ.get("BASE_PATH", ""),
        log_level=os.environ.get("LOG_LEVEL", "INFO"),
    )
