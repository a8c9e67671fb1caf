"""The ids in a state of Terraform, in the form of a state: which block of the code is which thing in AWS.

A state holds secrets in the clear. Everything but these attributes of these resources is dropped where it is parsed.
"""

from __future__ import annotations

import json
from typing import Any

from lambda_migrate.handover.states.model import dictionaries, dictionary
from lambda_migrate.handover.states.resources import RESOURCES, type_of

_ATTRIBUTES = (
    *("api_id", "arn", "bucket", "event_bus_name", "function_name", "group_name", "http_method", "id"),
    *("log_group_name", "name", "qualifier", "resource_id", "rest_api_id", "rule", "stage_name", "statement_id"),
    *("target_group_arn", "target_id", "topic_arn", "uuid"),
)
_OTHERS = (
    "aws_api_gateway_stage",
    "aws_lambda_function_event_invoke_config",
    "aws_lambda_permission",
    "aws_lb_target_group",
    "aws_lb_target_group_attachment",
)


def only(text: str) -> str:
    """Return a state without anything but ids; an empty one for what is not a state."""
    try:
        state = dictionary(json.loads(text))
    except (ValueError, RecursionError):
        state = {}
    resources = [
        {**{part: each[part] for part in ("module", "mode", "type", "name") if part in each}, "instances": _made(each)}
        for each in dictionaries(state.get("resources"))
        if type_of(each.get("type")) in {*RESOURCES, *_OTHERS}
    ]
    return json.dumps({"version": state.get("version"), "resources": resources})


def _made(resource: dict[str, Any]) -> list[dict[str, Any]]:
    known = (dictionary(each.get("attributes")) for each in dictionaries(resource.get("instances")))
    return [{"attributes": {name: each[name] for name in _ATTRIBUTES if _plain(each.get(name))}} for each in known]


def _plain(value: object) -> bool:
    return isinstance(value, str)
