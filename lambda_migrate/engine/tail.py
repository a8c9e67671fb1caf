"""The end of a ledger, as it is kept outside of it, so that a ledger that is cut or old is noticed."""

from __future__ import annotations

from typing import NamedTuple


class Tail(NamedTuple):
    """The last record of a ledger: its number, and the beginning of its hash; 0 and "" for an empty one."""

    seq: int = 0
    digest: str = ""
