"""A function on the embedded AWS with one trigger of each kind that can be re-pointed, all unqualified."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class World:
    """What was made: ARNs and ids."""

    name: str
    arn: str
    api: str
    integration: str
    routes: dict[str, str]
    topic: str
    subscription: str
    rule: str
    queue: str
    mapping: str


def build(client: Callable[[str], Any], arn: str, *, dead_letters: bool = True) -> World:
    """Give the function its triggers, permissions and asynchronous settings."""
    name = arn.rpartition(":")[2]
    account, region = arn.split(":")[4], arn.split(":")[3]
    letters = client("sqs").create_queue(QueueName=f"{name}-dead")["QueueUrl"]
    dead = client("sqs").get_queue_attributes(QueueUrl=letters, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    api = client("apigatewayv2").create_api(Name=f"{name}-api", ProtocolType="HTTP")["ApiId"]
    integration = client("apigatewayv2").create_integration(
        ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=arn, PayloadFormatVersion="2.0"
    )["IntegrationId"]
    routes = {
        key: client("apigatewayv2").create_route(ApiId=api, RouteKey=key, Target=f"integrations/{integration}")[
            "RouteId"
        ]
        for key in ("ANY /api/{proxy+}", "GET /api/health")
    }
    client("apigatewayv2").create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    topic = client("sns").create_topic(Name=f"{name}-topic")["TopicArn"]
    redrive = {"RedrivePolicy": json.dumps({"deadLetterTargetArn": dead})} if dead_letters else {}
    subscription = client("sns").subscribe(
        TopicArn=topic, Protocol="lambda", Endpoint=arn, Attributes=redrive, ReturnSubscriptionArn=True
    )["SubscriptionArn"]
    rule = client("events").put_rule(Name=f"{name}-rule", EventPattern=json.dumps({"source": [name]}), State="ENABLED")[
        "RuleArn"
    ]
    client("events").put_targets(
        Rule=f"{name}-rule", Targets=[{"Id": "function", "Arn": arn, "DeadLetterConfig": {"Arn": dead}}]
    )
    url = client("sqs").create_queue(QueueName=f"{name}-queue")["QueueUrl"]
    queue = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    mapping = client("lambda").create_event_source_mapping(
        EventSourceArn=queue, FunctionName=name, BatchSize=5, FunctionResponseTypes=["ReportBatchItemFailures"]
    )["UUID"]
    for sid, principal, source in (
        ("http", "apigateway.amazonaws.com", f"arn:aws:execute-api:{region}:{account}:{api}/*/*"),
        ("sns", "sns.amazonaws.com", topic),
        ("events", "events.amazonaws.com", rule),
    ):
        client("lambda").add_permission(
            FunctionName=name, StatementId=sid, Action="lambda:InvokeFunction", Principal=principal, SourceArn=source
        )
    client("lambda").put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=1)
    return World(name, arn, api, integration, routes, topic, subscription, rule, queue, mapping)
