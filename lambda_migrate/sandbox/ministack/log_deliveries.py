"""What the sandbox adds to MiniStack's subscription filters: they send to the qualifier that they name, if they may.

MiniStack sends everything to `$LATEST`, whatever the function's policy says.
"""

from __future__ import annotations

import base64
import gzip
import json
import time
from typing import TYPE_CHECKING, Any

from ministack.core.responses import get_account_id, get_region, new_uuid
from ministack.services import cloudwatch_logs, lambda_svc

from lambda_migrate.sandbox.ministack.permissions import permitted

if TYPE_CHECKING:
    from collections.abc import Sequence


def install() -> None:
    """Add it to the MiniStack of this process."""
    cloudwatch_logs._fanout_to_subscription_filters = _send


def _send(group: str, stream: str, events: Sequence[dict[str, Any]]) -> None:
    """Send log events to the functions of a group's filters; a function's own group is never sent to itself."""
    filters = (cloudwatch_logs._log_groups.get(group) or {}).get("subscriptionFilters") or {}
    for each in filters.values():
        destination, pattern = each.get("destinationArn", ""), each.get("filterPattern", "")
        matching = [
            event
            for event in events
            if cloudwatch_logs._subscription_pattern_matches(pattern, event.get("message", ""))
        ]
        if matching and ":function:" in destination:
            _invoke(destination, group, _enveloped(group, stream, each["filterName"], matching))


def _invoke(destination: str, group: str, event: dict[str, Any]) -> None:
    function, config, name = lambda_svc._get_func_record_for_ref(destination)
    source = f"arn:aws:logs:{get_region()}:{get_account_id()}:log-group:{group}:*"
    principals = ("logs.amazonaws.com", f"logs.{get_region()}.amazonaws.com")
    if config is None or group == f"/aws/lambda/{name}":
        return
    if not any(permitted(destination, principal, source) for principal in principals):
        cloudwatch_logs.logger.warning("%s: CloudWatch Logs may not invoke %s", group, destination)
        return
    lambda_svc.invoke_async_with_retry(lambda_svc._execution_record_for_config(function, config), event)


def _enveloped(group: str, stream: str, name: str, events: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the event that a function gets ("Log group-level subscription filters", CloudWatch Logs user guide)."""
    now = int(time.time() * 1000)
    said = {
        "messageType": "DATA_MESSAGE",
        "owner": get_account_id(),
        "logGroup": group,
        "logStream": stream,
        "subscriptionFilters": [name],
        "logEvents": [
            {
                "id": new_uuid().replace("-", ""),
                "timestamp": each.get("timestamp", now),
                "message": each.get("message", ""),
            }
            for each in events
        ],
    }
    return {"awslogs": {"data": base64.b64encode(gzip.compress(json.dumps(said).encode())).decode()}}
