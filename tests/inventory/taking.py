"""Takes the inventory of a function of a made-up AWS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lambda_migrate import inventory
from tests.inventory.fake_aws import FakeAws, configuration

if TYPE_CHECKING:
    from lambda_migrate.inventory import Inventory


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Policy": json.dumps({"Statement": statements})}


def fake(*statements: dict[str, Any], **changed: Any) -> FakeAws:
    return FakeAws(
        {
            "lambda:get_function": {"Configuration": configuration(**changed)},
            "lambda:get_policy": policy(*statements),
        }
    )


def take(aws: Any) -> Inventory:
    return inventory.take(aws, "orders", alias="live")
