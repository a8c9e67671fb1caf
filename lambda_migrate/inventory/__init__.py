"""Reads what there is: the function, its triggers, its traffic."""

from __future__ import annotations

from lambda_migrate.inventory.model import Inventory
from lambda_migrate.inventory.reader import take

__all__ = ["Inventory", "take"]
