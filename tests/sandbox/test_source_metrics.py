"""The metrics of the sources on the embedded AWS, as each kind of trigger asks for them."""

from __future__ import annotations

import http.client
import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.engine.source_metrics import SourceMetrics
from lambda_migrate.triggers import sns
from lambda_migrate.triggers.base import EVENTS_PATH, Trigger
from lambda_migrate.verify.metrics import flows
from lambda_migrate.verify.traffic import Flow
from tests.sandbox.receiving import Service, ask, make_api, running
from tests.support.waiting import TIMEOUT, eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws

pytestmark = pytest.mark.sandbox


@pytest.fixture
def service() -> Iterator[Service]:
    with running(Service()) as started:
        yield started


@pytest.fixture
def counted(aws: Aws) -> Callable[..., dict[str, int]]:
    """Return the sums of metrics of a source since the test began."""
    began = time.time()

    def read(namespace: str, dimensions: dict[str, str], *metrics: str) -> dict[str, int]:
        found = {}
        for metric in metrics:
            source_metrics = SourceMetrics(namespace, dimensions, tried={metric: 1}, reached={metric: 1})
            now, _before = flows(aws, source_metrics, began, (began - 1, time.time() + 1), 1.0)
            found[metric] = now.reached
        return found

    return read


def test_an_http_api_counts_every_answer_for_itself_and_for_its_stage(
    client: Callable[[str], Any],
    embedded_aws: EmbeddedAws,
    service: Service,
    unique: str,
    counted: Callable[..., dict[str, int]],
) -> None:
    api, _ = make_api(
        client,
        unique,
        IntegrationType="HTTP_PROXY",
        IntegrationMethod="ANY",
        IntegrationUri=service.url,
        PayloadFormatVersion="1.0",
    )
    service.statuses = [200, 404, 403, 500, 307]

    for _ in range(5):
        ask(embedded_aws, api, "/x").read()

    for dimensions in ({"ApiId": api}, {"ApiId": api, "Stage": "$default"}):
        assert counted("AWS/ApiGateway", dimensions, "Count", "4xx", "5xx") == {"Count": 5, "4xx": 2, "5xx": 1}


BY_PATH = """
def handler(event, context):
    status = int(event["path"].strip("/"))
    if not status:
        raise LookupError("no answer")
    return {"statusCode": status, "body": ""}
"""


def test_a_load_balancer_counts_what_its_target_answered_and_what_it_answered_itself(
    client: Callable[[str], Any],
    embedded_aws: EmbeddedAws,
    make_function: Callable[..., str],
    unique: str,
    counted: Callable[..., dict[str, int]],
) -> None:
    arn, elb = make_function(BY_PATH), client("elbv2")
    balancer = elb.create_load_balancer(Name=unique, Subnets=["subnet-1", "subnet-2"])["LoadBalancers"][0]
    group = elb.create_target_group(Name=unique, TargetType="lambda")["TargetGroups"][0]["TargetGroupArn"]
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": arn}])
    elb.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )

    statuses = [_through(embedded_aws, f"/_alb/{unique}/{path}") for path in (200, 404, 500, 503, 0)]

    name = {"LoadBalancer": balancer["LoadBalancerArn"].partition(":loadbalancer/")[2]}
    names = ("RequestCount", "HTTPCode_Target_4XX_Count", "HTTPCode_Target_5XX_Count")
    assert statuses == [200, 404, 500, 503, 502]
    for dimensions in (name, name | {"TargetGroup": group.rpartition(":")[2]}):
        assert list(counted("AWS/ApplicationELB", dimensions, *names).values()) == [5, 1, 2]
    assert counted("AWS/ApplicationELB", name, "HTTPCode_ELB_5XX_Count") == {"HTTPCode_ELB_5XX_Count": 1}


def _through(embedded_aws: EmbeddedAws, target: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", embedded_aws.port, timeout=TIMEOUT)
    try:
        connection.request("GET", target)
        return connection.getresponse().status
    finally:
        connection.close()


def test_a_topic_counts_what_each_subscription_took_refused_and_did_not_want(
    aws: Aws,
    client: Callable[[str], Any],
    embedded_aws: EmbeddedAws,
    service: Service,
    unique: str,
    counted: Callable[..., dict[str, int]],
) -> None:
    topic = client("sns").create_topic(Name=unique)["TopicArn"]
    queue = client("sqs").create_queue(QueueName=unique)["QueueUrl"]
    name = ["QueueArn"]
    queue_arn = client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=name)["Attributes"]["QueueArn"]
    client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn)
    wants_none = {"FilterPolicy": json.dumps({"kind": ["other"]})}
    missing = f"arn:aws:lambda:{embedded_aws.region}:{embedded_aws.account}:function:{unique}"
    client("sns").subscribe(TopicArn=topic, Protocol="lambda", Endpoint=missing, Attributes=wants_none)
    client("sns").subscribe(TopicArn=topic, Protocol="http", Endpoint=service.url)
    token = json.loads(eventually(lambda: service.requests)[0]["body"])["Token"]
    client("sns").confirm_subscription(TopicArn=topic, Token=token)
    service.statuses = [503, 200, 400]

    for message in "one", "two":
        client("sns").publish(TopicArn=topic, Message=message)
        eventually(lambda: len(service.requests) >= (3 if message == "one" else 4))  # noqa: B023  # called at once

    expected = {
        "NumberOfMessagesPublished": 2,
        "NumberOfNotificationsDelivered": 3,
        "NumberOfNotificationsFailed": 2,
        "NumberOfNotificationsFilteredOut": 2,
    }
    eventually(lambda: counted("AWS/SNS", {"TopicName": unique}, *expected) == expected)
    # One other subscription, and one that is parked: the service surely took one notification.
    endpoints = ("arn", f"{service.url}{EVENTS_PATH}")
    settings = sns.Settings(subscription=unique, endpoints=endpoints, other_subscriptions=1)
    source_metrics = sns.source_metrics(Trigger("sns", unique, unique, "", settings))
    now, _before = flows(aws, source_metrics, time.time(), (time.time() - 60, time.time() + 1), 1.0)
    assert now == Flow(tried=5, reached=1, failed=0, suspect=2)


@pytest.mark.parametrize("bus", ["default", "own"])
def test_a_rule_counts_every_attempt_whether_it_was_taken_is_tried_again_or_was_refused_for_good(
    client: Callable[[str], Any],
    service: Service,
    unique: str,
    counted: Callable[..., dict[str, int]],
    bus: str,
) -> None:
    events = client("events")
    bus = bus if bus == "default" else unique
    if bus == unique:
        events.create_event_bus(Name=bus)
    auth = {"ApiKeyAuthParameters": {"ApiKeyName": "x-key", "ApiKeyValue": "k"}}
    connection = events.create_connection(Name=unique, AuthorizationType="API_KEY", AuthParameters=auth)
    destination = events.create_api_destination(
        Name=unique, ConnectionArn=connection["ConnectionArn"], InvocationEndpoint=service.url, HttpMethod="POST"
    )
    events.put_rule(Name=unique, EventPattern=json.dumps({"source": [unique]}), EventBusName=bus)
    events.put_targets(
        Rule=unique,
        EventBusName=bus,
        Targets=[{"Id": "1", "Arn": destination["ApiDestinationArn"], "RoleArn": "arn:r"}],
    )
    service.statuses = [500, 200, 404]

    for attempts in (2, 3):
        events.put_events(Entries=[{"Source": unique, "DetailType": "x", "Detail": "{}", "EventBusName": bus}])
        eventually(lambda: len(service.requests) == attempts)  # noqa: B023  # called at once

    expected = {
        "TriggeredRules": 2,
        "InvocationAttempts": 3,
        "SuccessfulInvocationAttempts": 1,
        "RetryInvocationAttempts": 1,
        "FailedInvocations": 1,
    }
    dimensions = {"RuleName": unique} if bus == "default" else {"EventBusName": bus, "RuleName": unique}
    eventually(lambda: counted("AWS/Events", dimensions, *expected) == expected)


def test_a_queue_counts_what_was_received_and_deleted_by_consumers_and_by_mappings(
    client: Callable[[str], Any],
    make_function: Callable[..., str],
    unique: str,
    counted: Callable[..., dict[str, int]],
) -> None:
    queue = client("sqs").create_queue(QueueName=unique)["QueueUrl"]
    for body in "one", "two", "three":
        client("sqs").send_message(QueueUrl=queue, MessageBody=body)
    messages = client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    client("sqs").delete_message(QueueUrl=queue, ReceiptHandle=messages[0]["ReceiptHandle"])
    entries = [{"Id": "1", "ReceiptHandle": messages[1]["ReceiptHandle"]}, {"Id": "2", "ReceiptHandle": "stale"}]
    client("sqs").delete_message_batch(QueueUrl=queue, Entries=entries)
    names = ("NumberOfMessagesReceived", "NumberOfMessagesDeleted")

    assert counted("AWS/SQS", {"QueueName": unique}, *names) == dict(zip(names, (3, 2), strict=True))

    make_function()
    arn = client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    client("lambda").create_event_source_mapping(EventSourceArn=arn, FunctionName=unique, BatchSize=1)
    client("sqs").send_message(QueueUrl=queue, MessageBody="four")

    eventually(
        lambda: counted("AWS/SQS", {"QueueName": unique}, *names) == dict(zip(names, (4, 3), strict=True)), seconds=20
    )


def test_what_was_counted_before_a_step_is_told_apart(aws: Aws, client: Callable[[str], Any], unique: str) -> None:
    client("cloudwatch").put_metric_data(
        Namespace=unique, MetricData=[{"MetricName": "Count", "Value": 3.0, "Timestamp": time.time() - 5}]
    )
    client("cloudwatch").put_metric_data(Namespace=unique, MetricData=[{"MetricName": "Count", "Value": 2.0}])
    applied = time.time() - 2

    found = flows(aws, SourceMetrics(unique, {}, {"Count": 1}, {"Count": 1}), applied, (applied, applied + 6), 1.0)

    assert found == (Flow(2, 2), Flow(3, 3))


REFUSES = (
    "def handler(event, context): return {'statusCode': int(event['rawPath' if 'rawPath' in event else 'path'][1:])}"
)


def test_a_function_url_counts_every_answer_for_the_function_and_for_the_qualifier(
    client: Callable[[str], Any],
    embedded_aws: EmbeddedAws,
    make_function: Callable[..., str],
    unique: str,
    counted: Callable[..., dict[str, int]],
) -> None:
    make_function(REFUSES)
    client("lambda").publish_version(FunctionName=unique)
    client("lambda").create_alias(FunctionName=unique, Name="live", FunctionVersion="1")
    url = client("lambda").create_function_url_config(FunctionName=unique, Qualifier="live", AuthType="NONE")
    host = url["FunctionUrl"].removeprefix("https://").partition(".")[0]

    for status in (200, 404, 500, 503):
        answer(embedded_aws, f"/_aws/lambda-url/{host}/{status}")

    expected = {"UrlRequestCount": 4, "Url4xxCount": 1, "Url5xxCount": 2}
    for dimensions in ({"FunctionName": unique}, {"FunctionName": unique, "Resource": f"{unique}:live"}):
        assert counted("AWS/Lambda", dimensions, *expected) == expected


def test_a_rest_api_counts_every_answer_under_its_name(
    client: Callable[[str], Any],
    embedded_aws: EmbeddedAws,
    make_function: Callable[..., str],
    unique: str,
    counted: Callable[..., dict[str, int]],
) -> None:
    arn = make_function(REFUSES)
    gateway = client("apigateway")
    api = gateway.create_rest_api(name=unique)["id"]
    root = gateway.get_resources(restApiId=api)["items"][0]["id"]
    resource = gateway.create_resource(restApiId=api, parentId=root, pathPart="{proxy+}")["id"]
    method = {"restApiId": api, "resourceId": resource, "httpMethod": "ANY"}
    gateway.put_method(**method, authorizationType="NONE")
    uri = f"arn:aws:apigateway:{embedded_aws.region}:lambda:path/2015-03-31/functions/{arn}/invocations"
    gateway.put_integration(**method, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    gateway.create_deployment(restApiId=api, stageName="live")
    client("lambda").add_permission(
        FunctionName=unique,
        StatementId="api",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:{embedded_aws.region}:000000000000:{api}/*/*",
    )

    for status in (200, 404, 500):
        answer(embedded_aws, f"/_aws/execute-api/{api}/live/{status}")

    expected = {"Count": 3, "4XXError": 1, "5XXError": 1}
    for dimensions in ({"ApiName": unique}, {"ApiName": unique, "Stage": "live"}):
        assert counted("AWS/ApiGateway", dimensions, *expected) == expected


def answer(aws: EmbeddedAws, target: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", aws.port, timeout=TIMEOUT)
    try:
        connection.request("GET", target)
        return connection.getresponse().status
    finally:
        connection.close()
