"""One named check, as `doctor` and `verify` show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Result = Literal["pass", "warn", "fail", "skip", "inconclusive"]


@dataclass(frozen=True)
class Check:
    """One thing that was checked, in one line, with what to do about a fail.

    ``warn`` is for what could not be looked at from here, ``inconclusive`` for what was not proven in time, ``skip``
    for what does not apply yet.
    """

    name: str
    result: Result
    detail: str
    hint: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the check as JSON-able data."""
        return dict(vars(self))
