"""What the function costs now, item by item."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.assess.service import Item
from lambda_migrate.assess.usage import MONTH

if TYPE_CHECKING:
    from lambda_migrate.assess.prices import Prices
    from lambda_migrate.assess.usage import Usage

MILLION = 1e6
FRONTS = {"rest_api": ("REST API", "rest"), "http_api": ("HTTP API", "http")}
"""Triggers that are paid for by the request: what they are called, and their price."""


def on_lambda(usage: Usage, prices: Prices, fronts: frozenset[str], logs: float) -> tuple[Item, ...]:
    """Return what the function costs a month; the free tier is an account's, and not reckoned with.

    Args:
        usage: What the function does.
        prices: What AWS asks for.
        fronts: Kinds of trigger that are paid for by the request, of which the dearest counts for all.
        logs: GB of logs a month.
    """
    requests = usage.invocations * usage.monthly
    seconds = usage.billed / 1000 * usage.memory / 1024 * usage.monthly
    each = prices.duration_arm if usage.arm else prices.duration
    if usage.provisioned:
        each = prices.provisioned_duration
    items = [
        Item("requests", requests / MILLION * prices.requests, f"{requests:,.0f}"),
        Item("duration", seconds * each, f"{seconds:,.0f} GB-s"),
    ]
    if usage.provisioned:
        kept = usage.provisioned * usage.memory / 1024 * MONTH
        items.append(Item("provisioned concurrency", kept * prices.provisioned, f"{usage.provisioned} instances"))
    front = max(
        (FRONTS[kind] for kind in fronts if kind in FRONTS), key=lambda each: getattr(prices, each[1]), default=None
    )
    if front:
        name, price = front
        asked = requests if usage.requests is None else min(usage.requests * usage.monthly, requests)
        items.append(Item(name, asked / MILLION * getattr(prices, price), f"{asked:,.0f} requests"))
    items.append(Item("logs", logs * prices.logs, f"{logs:.1f} GB"))
    return tuple(items)
