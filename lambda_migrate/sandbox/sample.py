"""Puts the sample function ``orders`` into an account, with everything that invokes it, as its owners would have."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.arn import Arn
from lambda_migrate.sandbox import package

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws

SOURCE = Path(__file__).parent / "orders"
"""The source of the sample function."""

BASE_PATH = "/api"
TIMEOUT = 20
"""The function's timeout in seconds; also the visibility timeout of its queue, which must not be shorter."""

_ASSUMED_BY_LAMBDA = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ],
}


@dataclass(frozen=True)
class SampleDeployment:
    """Where everything of the sample function is.

    Args:
        function: Name of the function.
        function_arn: Its unqualified ARN; every trigger names it.
        role_arn: Its execution role.
        table: Its DynamoDB table, with the journal of all that was handled.
        environment: Its environment variables, which the service needs as well.
        dead_letters: URL of the queue that gets asynchronous events after the last retry.
        api_id: The HTTP API.
        api_url: The front door, without a trailing slash; requests go to ``api_url + base_path + "/orders"``.
        base_path: What the application strips from every path.
        integration_id: The integration of the HTTP API with the function.
        route_id: The only route, ``$default``.
        topic_arn: The SNS topic of shipments.
        subscription_arn: The function's subscription to it.
        undelivered: URL of the queue that gets what SNS could not deliver.
        rule: The EventBridge rule about stock, on the default bus.
        event_source: The ``Source`` of events that match the rule.
        queue_url: The SQS queue of payments.
        queue_arn: Its ARN.
        unbooked: URL of the queue that gets payments that failed too often.
        mapping: UUID of the event source mapping of the queue.
    """

    function: str
    function_arn: str
    role_arn: str
    table: str
    environment: dict[str, str]
    dead_letters: str
    api_id: str
    api_url: str
    base_path: str
    integration_id: str
    route_id: str
    topic_arn: str
    subscription_arn: str
    undelivered: str
    rule: str
    event_source: str
    queue_url: str
    queue_arn: str
    unbooked: str
    mapping: str


def _make_function(
    aws: Aws, name: str, role_arn: str, environment: dict[str, str], dead_letters_arn: str, code: bytes, timeout: int
) -> str:
    answer = aws.call(
        "lambda",
        "create_function",
        FunctionName=name,
        Description="Takes orders and reacts to payments, shipments and stock.",
        Runtime=f"python{sys.version_info.major}.{sys.version_info.minor}",
        Handler="app.main.handler",
        Role=role_arn,
        Code={"ZipFile": code},
        Timeout=timeout,
        MemorySize=512,
        Environment={"Variables": environment},
        DeadLetterConfig={"TargetArn": dead_letters_arn},
        Tags={"team": "order-desk"},
    )
    aws.wait_function_updated(name)
    retries = {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 3600}
    aws.call("lambda", "put_function_event_invoke_config", FunctionName=name, **retries)
    return str(answer["FunctionArn"])


def deploy(aws: Aws, *, name: str = "orders", archive: bytes | None = None, timeout: int = TIMEOUT) -> SampleDeployment:
    """Deploy the sample function and its triggers, all on the unqualified function.

    Args:
        aws: Where to.
        name: Name of the function; everything else is named after it.
        archive: The function's zip, if it has been built already.
        timeout: Of the function, in seconds.

    Returns:
        Where everything is, once the function is ready.
    """
    table = _make_table(aws, f"{name}-table")
    dead_letters_url, dead_letters_arn = _make_queue(aws, f"{name}-dead-letters")
    role_arn = _make_role(aws, name, table["TableArn"])
    environment = {
        "ORDERS_TABLE": table["TableName"],
        "SESSION_SECRET": "wJv3-not-a-real-secret-9Qm",
        "BASE_PATH": BASE_PATH,
        "LOG_LEVEL": "INFO",
    }
    code = archive or package.build(SOURCE)
    function_arn = _make_function(aws, name, role_arn, environment, dead_letters_arn, code, timeout)
    return SampleDeployment(
        function=name,
        function_arn=function_arn,
        role_arn=role_arn,
        table=table["TableName"],
        environment=environment,
        dead_letters=dead_letters_url,
        base_path=BASE_PATH,
        **_make_api(aws, name, function_arn),
        **_make_subscription(aws, name, function_arn),
        **_make_rule(aws, name, function_arn),
        **_make_mapping(aws, name),
    )


def _make_table(aws: Aws, name: str) -> dict[str, Any]:
    table: dict[str, Any] = aws.call(
        "dynamodb",
        "create_table",
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": attribute, "AttributeType": "S"} for attribute in ("pk", "customer", "placed_at")
        ],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-customer",
                "KeySchema": [
                    {"AttributeName": "customer", "KeyType": "HASH"},
                    {"AttributeName": "placed_at", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )["TableDescription"]
    return table


def _make_queue(aws: Aws, name: str, **attributes: str) -> tuple[str, str]:
    url = aws.call("sqs", "create_queue", QueueName=name, Attributes=attributes)["QueueUrl"]
    read = aws.call("sqs", "get_queue_attributes", QueueUrl=url, AttributeNames=["QueueArn"])
    return url, read["Attributes"]["QueueArn"]


def _make_role(aws: Aws, name: str, table_arn: str) -> str:
    role: str = aws.call(
        "iam", "create_role", RoleName=f"{name}-role", AssumeRolePolicyDocument=json.dumps(_ASSUMED_BY_LAMBDA)
    )["Role"]["Arn"]
    allowed = {
        "logs:CreateLogGroup logs:CreateLogStream logs:PutLogEvents": ["arn:aws:logs:*:*:*"],
        "dynamodb:GetItem dynamodb:PutItem dynamodb:UpdateItem dynamodb:Query dynamodb:Scan": [
            table_arn,
            f"{table_arn}/index/*",
        ],
        "sqs:ReceiveMessage sqs:DeleteMessage sqs:GetQueueAttributes sqs:SendMessage": [f"arn:aws:sqs:*:*:{name}-*"],
    }
    statements = [
        {"Effect": "Allow", "Action": actions.split(), "Resource": resources} for actions, resources in allowed.items()
    ]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    aws.call("iam", "put_role_policy", RoleName=f"{name}-role", PolicyName="orders", PolicyDocument=policy)
    return role


def _allow(aws: Aws, name: str, statement: str, service: str, source_arn: str) -> None:
    aws.call(
        "lambda",
        "add_permission",
        FunctionName=name,
        StatementId=statement,
        Action="lambda:InvokeFunction",
        Principal=service,
        SourceArn=source_arn,
    )


def _make_api(aws: Aws, name: str, function_arn: str) -> dict[str, str]:
    api = aws.call("apigatewayv2", "create_api", Name=name, ProtocolType="HTTP")
    integration = aws.call(
        "apigatewayv2",
        "create_integration",
        ApiId=api["ApiId"],
        IntegrationType="AWS_PROXY",
        IntegrationUri=function_arn,
        PayloadFormatVersion="2.0",
    )["IntegrationId"]
    target = f"integrations/{integration}"
    route = aws.call("apigatewayv2", "create_route", ApiId=api["ApiId"], RouteKey="$default", Target=target)["RouteId"]
    aws.call("apigatewayv2", "create_stage", ApiId=api["ApiId"], StageName="$default", AutoDeploy=True)
    source_arn = str(Arn.parse(function_arn).sibling("execute-api", f"{api['ApiId']}/*/*"))
    _allow(aws, name, "http-api", "apigateway.amazonaws.com", source_arn)
    # The host name of the API is in nobody's DNS when the endpoint is not AWS; the embedded AWS has a path for it.
    url = f"{aws.endpoint_url}/_aws/execute-api/{api['ApiId']}/$default" if aws.endpoint_url else api["ApiEndpoint"]
    return {"api_id": api["ApiId"], "api_url": url, "integration_id": integration, "route_id": route}


def _make_subscription(aws: Aws, name: str, function_arn: str) -> dict[str, str]:
    topic = aws.call("sns", "create_topic", Name=f"{name}-shipments")["TopicArn"]
    undelivered_url, undelivered_arn = _make_queue(aws, f"{name}-undelivered")
    _allow(aws, name, "sns-shipments", "sns.amazonaws.com", topic)
    subscription = aws.call(
        "sns",
        "subscribe",
        TopicArn=topic,
        Protocol="lambda",
        Endpoint=function_arn,
        Attributes={"RedrivePolicy": json.dumps({"deadLetterTargetArn": undelivered_arn})},
        ReturnSubscriptionArn=True,
    )["SubscriptionArn"]
    return {"topic_arn": topic, "subscription_arn": subscription, "undelivered": undelivered_url}


def _make_rule(aws: Aws, name: str, function_arn: str) -> dict[str, str]:
    rule, source = f"{name}-stock", f"{name}.warehouse"
    pattern = json.dumps({"source": [source], "detail-type": ["StockChanged"]})
    rule_arn = aws.call("events", "put_rule", Name=rule, EventPattern=pattern)["RuleArn"]
    _allow(aws, name, "events-stock", "events.amazonaws.com", rule_arn)
    aws.call("events", "put_targets", Rule=rule, Targets=[{"Id": "orders", "Arn": function_arn}])
    return {"rule": rule, "event_source": source}


def _make_mapping(aws: Aws, name: str) -> dict[str, str]:
    unbooked_url, unbooked_arn = _make_queue(aws, f"{name}-unbooked")
    redrive = json.dumps({"deadLetterTargetArn": unbooked_arn, "maxReceiveCount": "10"})
    url, arn = _make_queue(aws, f"{name}-payments", VisibilityTimeout=str(TIMEOUT), RedrivePolicy=redrive)
    mapping = aws.call(
        "lambda",
        "create_event_source_mapping",
        FunctionName=name,
        EventSourceArn=arn,
        BatchSize=5,
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )["UUID"]
    return {"queue_url": url, "queue_arn": arn, "unbooked": unbooked_url, "mapping": mapping}
