from __future__ import annotations

from tests.targets.account import aws, ledger, orders

__all__ = ["aws", "ledger", "orders"]
