"""The local state of Pulumi, a checkpoint for each stack, or what ``pulumi stack export`` writes.

https://www.pulumi.com/docs/iac/concepts/state-and-backends
"""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING, Any

from lambda_migrate.handover.states.model import Managed, dictionaries, dictionary
from lambda_migrate.handover.states.resources import RESOURCES, camel, id_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lambda_migrate.handover.states.resources import Resource

TOOL = "pulumi"
FILES = (".pulumi/stacks/*.json", ".pulumi/stacks/*/*.json")
LOCKS = (".pulumi/locks/**/*.json",)

_NAMES = {
    "lambda/function:Function": "aws_lambda_function",
    "lambda/alias:Alias": "aws_lambda_alias",
    "lambda/eventSourceMapping:EventSourceMapping": "aws_lambda_event_source_mapping",
    "lambda/functionUrl:FunctionUrl": "aws_lambda_function_url",
    "sns/topicSubscription:TopicSubscription": "aws_sns_topic_subscription",
    "apigatewayv2/api:Api": "aws_apigatewayv2_api",
    "apigatewayv2/integration:Integration": "aws_apigatewayv2_integration",
    "apigateway/restApi:RestApi": "aws_api_gateway_rest_api",
    "apigateway/integration:Integration": "aws_api_gateway_integration",
    "cloudwatch/eventRule:EventRule": "aws_cloudwatch_event_rule",
    "cloudwatch/eventTarget:EventTarget": "aws_cloudwatch_event_target",
    "s3/bucketNotification:BucketNotification": "aws_s3_bucket_notification",
    "scheduler/schedule:Schedule": "aws_scheduler_schedule",
    "pipes/pipe:Pipe": "aws_pipes_pipe",
    "cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": "aws_cloudwatch_log_subscription_filter",
    "cognito/userPool:UserPool": "aws_cognito_user_pool",
    "iot/topicRule:TopicRule": "aws_iot_topic_rule",
    "lb/listenerRule:ListenerRule": "aws_lb_listener_rule",
    "lb/listener:Listener": "aws_lb_listener",
    "sfn/stateMachine:StateMachine": "aws_sfn_state_machine",
}
"""Types of ``aws:`` as Pulumi writes them, and Terraform's."""


def read(_path: Path, text: str) -> Iterator[Managed]:
    """Yield what the checkpoint says was made.

    Raises:
        ValueError: It is not a checkpoint.
    """
    state = dictionary(json.loads(text))
    latest = dictionary(dictionary(state.get("checkpoint")).get("latest")) or dictionary(state.get("deployment"))
    if not latest:
        msg = "not a checkpoint of Pulumi"
        raise ValueError(msg)
    for each in dictionaries(latest.get("resources")):
        resource = _resource(str(each.get("type", "")))
        if resource is None or each.get("delete"):
            continue
        attributes = {**dictionary(each.get("outputs")), "id": each.get("id")}
        known = id_of(resource, partial(_attribute, attributes))
        if known:
            yield Managed(str(each.get("urn", "")), resource.kind, known)


def _attribute(attributes: dict[str, Any], name: str) -> Any:
    return attributes.get(camel(name))


def _resource(written: str) -> Resource | None:
    """Return the resource of a type; newer buckets and listeners of load balancers are called alike with a number."""
    name = re.sub(r"(V2|v2)(?=[:]|$)", "", written.removeprefix("aws:"))
    return RESOURCES.get(_NAMES.get(name, ""))
