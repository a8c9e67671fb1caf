"""Puts stand-ins in the place of what only AWS has, so that tests need no account and reach none."""

from __future__ import annotations

import os
from pathlib import Path

from ..environment import set_defaults

FILE = "environment.local"
ELSEWHERE = ("LAMBDA_MIGRATE_SIGNING_KEYS_FILE", "LAMBDA_MIGRATE_CONSUME_QUEUES", "LAMBDA_MIGRATE_SNS_TOPICS")
"""Variables of a real service that a developer's shell may hold."""


def stand_ins(folder: Path) -> None:
    """Set this process's variables to what a repository's `environment.local` says, whatever they were."""
    for name in ELSEWHERE:
        os.environ.pop(name, None)
    values: dict[str, str] = {}
    set_defaults(values, folder / FILE)
    os.environ.update(values)
