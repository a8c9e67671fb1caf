"""What Chalice writes down of each stage that it has deployed: https://aws.github.io/chalice/topics/stages.html."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lambda_migrate.handover.states.model import FUNCTION, Managed, dictionaries, dictionary

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOOL = "chalice"
FILES = (".chalice/deployed/*.json",)

_IDS = {
    "lambda_arn": FUNCTION,
    "rest_api_id": "",
    "websocket_api_id": "",
    "event_uuid": "",
    "subscription_arn": "",
    "rule_name": "eventbridge",
    "bucket": "s3",
}
"""The keys that hold ids, and the kind of what they name."""


def read(path: Path, text: str) -> Iterator[Managed]:
    """Yield what was deployed.

    Raises:
        ValueError: It is not such a file.
    """
    for each in dictionaries(dictionary(json.loads(text)).get("resources")):
        for key, kind in _IDS.items():
            given = each.get(key)
            if kind == FUNCTION and each.get("resource_type") != "lambda_function":
                continue  # an event names the function that it is for
            if isinstance(given, str) and given:
                yield Managed(f"{each.get('name', '?')} of stage {path.stem}", kind, given)
