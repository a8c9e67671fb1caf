"""What tests of re-pointing share."""

from __future__ import annotations

import json
from typing import Any

from lambda_migrate.actions import action_to_dict
from lambda_migrate.triggers.base import Destination, Repoint
from tests.triggers import known

QUICK: dict[str, dict[str, str]] = {
    "sns": {"longest": "0.8"},
    "eventbridge": {"longest": "0.8"},
    "http_api": {},
}
SERVICE = Destination("https://orders.example.com", api_key="secretsmanager:orders/api", resources=QUICK)
EVENTS = "https://orders.example.com/lambda-proxy-non-api-events"
TOPIC = f"arn:aws:sns:{known.REGION}:news"
REDRIVE = json.dumps({"deadLetterTargetArn": f"arn:aws:sqs:{known.REGION}:dead"})


def actions(repoint: Repoint) -> list[dict[str, Any]]:
    return [action_to_dict(step.action) for step in (*repoint.preparation, *repoint.steps)]


def gates(repoint: Repoint) -> list[str]:
    return [blocker.gate for blocker in repoint.blockers]
