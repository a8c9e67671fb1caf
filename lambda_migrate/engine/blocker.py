"""Why something must not happen yet."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Blocker:
    """Why something must not happen yet.

    Attributes:
        gate: The name that ``accept:`` in migration.yaml takes, for example ``trigger:s3``.
        text: What is wrong and what to do, one line.
        subject: The thing that is in the way, by the name that people give it; ``path:`` of an acceptance.
        acceptable: False where AWS itself would refuse, so that it cannot be accepted.
    """

    gate: str
    text: str
    subject: str = ""
    acceptable: bool = True

    def __str__(self) -> str:
        return f"{self.gate}: {self.text}"
