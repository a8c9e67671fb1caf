"""How calls of AWS are made: how often one is tried, and how long its answer is waited for."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Manner:
    """How a session calls.

    Attributes:
        attempts: How often a call is tried; 0 as AWS_MAX_ATTEMPTS says, or ten times.
        patience: Seconds that an answer is waited for.
        connections: How many are kept for each service.
    """

    attempts: int = 0
    patience: float = 70.0
    connections: int = 10

    def as_botocore_takes_it(self) -> dict[str, Any]:
        """Return the arguments of a client's configuration.

        A call that is made once is not held back either, which is what the adaptive mode does after throttling.
        """
        most = self.attempts or int(os.environ.get("AWS_MAX_ATTEMPTS", "10"))
        return {
            "retries": {"mode": "standard" if self.attempts == 1 else "adaptive", "total_max_attempts": most},
            "connect_timeout": 5,
            "read_timeout": self.patience,
            "max_pool_connections": self.connections,
            "user_agent_extra": "lambda-migrate",
        }
