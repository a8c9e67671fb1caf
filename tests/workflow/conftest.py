from __future__ import annotations

from tests.targets.account import aws, ledger, orders
from tests.workflow.account import account, shelf

__all__ = ["account", "aws", "ledger", "orders", "shelf"]
