"""Resources of Terraform's AWS provider that belong to a function, and the attributes that hold their ids.

Pulumi's provider is made from it: ``aws_lambda_function`` is ``aws:lambda/function:Function`` there, ``api_id`` is
``apiId``. https://github.com/hashicorp/terraform-provider-aws/tree/main/website/docs/r
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from lambda_migrate.handover.states.model import ALIAS, FUNCTION

if TYPE_CHECKING:
    from collections.abc import Callable


class Resource(NamedTuple):
    """How a resource is known.

    Attributes:
        kind: ``function``, ``alias``, the kind of trigger that it is; "" for any kind.
        id: An attribute that holds the id, or two of which the first may be missing, joined by ``|``.
        name: The attribute that a person writes as the name; "" where the id is not made from it.
    """

    kind: str
    id: str
    name: str = ""


RESOURCES: dict[str, Resource] = {
    "aws_lambda_function": Resource(FUNCTION, "arn", "function_name"),
    "aws_lambda_alias": Resource(ALIAS, "arn", "name"),
    "aws_lambda_event_source_mapping": Resource("", "uuid"),
    "aws_lambda_function_url": Resource("function_url", "function_url"),
    "aws_sns_topic_subscription": Resource("", "arn"),
    "aws_apigatewayv2_api": Resource("", "id"),
    "aws_apigatewayv2_integration": Resource("", "api_id"),
    "aws_api_gateway_rest_api": Resource("", "id"),
    "aws_api_gateway_integration": Resource("", "rest_api_id"),
    "aws_cloudwatch_event_rule": Resource("eventbridge", "event_bus_name|name", "name"),
    "aws_cloudwatch_event_target": Resource("eventbridge", "event_bus_name|rule"),
    "aws_s3_bucket_notification": Resource("s3", "bucket", "bucket"),
    "aws_scheduler_schedule": Resource("scheduler", "name", "name"),
    "aws_pipes_pipe": Resource("pipe", "name", "name"),
    "aws_cloudwatch_log_subscription_filter": Resource("logs", "name", "name"),
    "aws_cognito_user_pool": Resource("", "id"),
    "aws_iot_topic_rule": Resource("iot", "name", "name"),
    "aws_lb_listener_rule": Resource("", "arn"),
    "aws_lb_listener": Resource("", "arn"),
    "aws_sfn_state_machine": Resource("", "arn"),
    "aws_cloudwatch_metric_alarm": Resource("alarm", "alarm_name", "alarm_name"),
    "aws_secretsmanager_secret_rotation": Resource("", "secret_id"),
    "aws_cloudfront_distribution": Resource("", "id"),
    "aws_config_config_rule": Resource("config_rule", "name", "name"),
    "aws_kinesis_firehose_delivery_stream": Resource("firehose", "name", "name"),
}
"""By their types."""

_DEFAULT_BUS = "default"


def id_of(resource: Resource, attribute: Callable[[str], Any]) -> str:
    """Return the id of a thing; "" where an attribute is missing.

    Args:
        resource: How it is known.
        attribute: Returns the value of an attribute, None if there is none.
    """
    bus, _, rest = resource.id.rpartition("|")
    value = attribute(rest)
    if not isinstance(value, str) or not value:
        return ""
    given = str(attribute(bus) or _DEFAULT_BUS) if bus else _DEFAULT_BUS
    return value if given == _DEFAULT_BUS else f"{given.rpartition('event-bus/')[2]}|{value}"


def type_of(written: object) -> str:
    """Return the type of a resource; those of load balancers have two names: ``aws_alb_listener`` too."""
    return re.sub(r"^aws_alb(?=_|$)", "aws_lb", str(written))


def camel(name: str) -> str:
    """Return an attribute as Pulumi calls it."""
    return re.sub(r"_(\w)", lambda match: match[1].upper(), name)
