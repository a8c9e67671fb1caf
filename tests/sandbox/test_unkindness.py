"""Each unkindness of the sandbox, seen: what AWS does and an emulator would spare one."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from lambda_migrate.actions.api_gateway.deployments import under_way
from lambda_migrate.sandbox import callers_by_role
from lambda_migrate.sandbox.unkindness import Unkindness
from tests.sandbox.receiving import REMEMBERS, VERSION_OF, Service, ask, make_api, running
from tests.sandbox.refusing import refused
from tests.support.ports import reserved_port
from tests.support.waiting import TIMEOUT, eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws


def ran(client: Callable[[str], Any], function: str) -> str:
    return str(json.load(client("lambda").invoke(FunctionName=function, Qualifier="live")["Payload"]))


def test_an_alias_moves_late(client: Callable[[str], Any], function: str, unkind: Callable[..., None]) -> None:
    unkind(alias_lag=1.0)
    client("lambda").update_alias(FunctionName=function, Name="live", FunctionVersion="2")

    at_once = ran(client, function), client("lambda").get_alias(FunctionName=function, Name="live")["FunctionVersion"]

    assert at_once == ("1", "2")
    eventually(lambda: ran(client, function) == "2")


def test_an_alias_with_provisioned_concurrency_shows_weights_that_nobody_set(
    client: Callable[[str], Any], function: str, unkind: Callable[..., None]
) -> None:
    lambdas = client("lambda")
    lambdas.put_provisioned_concurrency_config(
        FunctionName=function, Qualifier="live", ProvisionedConcurrentExecutions=1
    )
    unkind(transient_weights=1.0)
    lambdas.update_alias(FunctionName=function, Name="live", FunctionVersion="2")

    def shown() -> tuple[str, Any]:
        alias = lambdas.get_alias(FunctionName=function, Name="live")
        return alias["FunctionVersion"], alias.get("RoutingConfig")

    assert shown() == ("1", {"AdditionalVersionWeights": {"2": 1.0}})
    eventually(lambda: shown() == ("2", None))


def test_a_pruner_deletes_what_no_alias_names(
    client: Callable[[str], Any], function: str, unkind: Callable[..., None]
) -> None:
    lambdas = client("lambda")
    unkind(versions_kept=1)

    kept = lambdas.update_alias(FunctionName=function, Name="live", FunctionVersion="1") and _versions(
        lambdas, function
    )
    pruned = lambdas.update_alias(FunctionName=function, Name="live", FunctionVersion="2") and _versions(
        lambdas, function
    )

    assert (kept, pruned) == (["$LATEST", "1", "2"], ["$LATEST", "2"])


def _versions(lambdas: Any, function: str) -> list[str]:
    return [each["Version"] for each in lambdas.list_versions_by_function(FunctionName=function)["Versions"]]


def test_a_subscription_that_nobody_confirms_stays_and_cannot_be_deleted(
    client: Callable[[str], Any], unkind: Callable[..., None], unique: str
) -> None:
    sns = client("sns")
    topic = sns.create_topic(Name=unique)["TopicArn"]
    unkind(confirmations_lost=1)
    arn = sns.subscribe(
        TopicArn=topic, Protocol="http", Endpoint="http://127.0.0.1:9/events", ReturnSubscriptionArn=True
    )["SubscriptionArn"]

    code = refused(lambda: sns.unsubscribe(SubscriptionArn=arn))
    listed = [each["SubscriptionArn"] for each in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]]

    assert (code, listed) == ("InvalidParameter", ["PendingConfirmation"])


def test_an_endpoint_that_was_just_unsubscribed_gets_the_subscription_that_is_going(
    client: Callable[[str], Any], unkind: Callable[..., None], unique: str
) -> None:
    unkind(dying_subscriptions=3.0)
    sns, queue = client("sns"), f"arn:aws:sqs:us-east-1:000000000000:{unique}"
    topic = sns.create_topic(Name=unique)["TopicArn"]

    def subscribe() -> str:
        return str(sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)["SubscriptionArn"])

    def listed() -> list[str]:
        return [each["SubscriptionArn"] for each in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]]

    sns.unsubscribe(SubscriptionArn=subscribe())
    going = subscribe()

    assert listed() == [going]
    eventually(lambda: listed() == [])
    lasting = subscribe()
    assert listed() == [lasting]


def test_a_subscription_is_confirmed_once_a_request_to_confirm_it_arrives(
    client: Callable[[str], Any], unkind: Callable[..., None], service: Service, unique: str
) -> None:
    sns = client("sns")
    topic = sns.create_topic(Name=unique)["TopicArn"]
    unkind(confirmations_lost=1)

    for _ in range(2):
        sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=f"{service.url}/events", ReturnSubscriptionArn=True)

    eventually(lambda: service.requests)
    types = [each["headers"]["x-amz-sns-message-type"] for each in service.requests]
    assert types == ["SubscriptionConfirmation"]


def test_an_http_api_serves_a_change_late_and_says_so(
    client: Callable[[str], Any], embedded_aws: EmbeddedAws, aws: Aws, unkind: Callable[..., None], unique: str
) -> None:
    apis = client("apigatewayv2")
    with running(Service()) as old, running(Service()) as new:
        http = {"IntegrationType": "HTTP_PROXY", "IntegrationMethod": "ANY", "PayloadFormatVersion": "1.0"}
        api, integration = make_api(client, unique, IntegrationUri=old.url, **http)
        assert ask(embedded_aws, api, "/a").status == 200
        unkind(api_lag=1.0)
        apis.update_integration(ApiId=api, IntegrationId=integration, IntegrationUri=new.url)

        shown = apis.get_integration(ApiId=api, IntegrationId=integration)["IntegrationUri"]
        deploying = under_way(aws, api)
        ask(embedded_aws, api, "/a")
        at_once = len(old.requests), len(new.requests)
        eventually(lambda: not under_way(aws, api))
        ask(embedded_aws, api, "/a")

    assert (shown, deploying, at_once) == (new.url, True, (2, 0))
    assert (len(old.requests), len(new.requests)) == (2, 1)


def test_a_load_balancer_stands_in_front_of_what_listens_on_a_port(
    embedded_aws: EmbeddedAws, unkind: Callable[..., None]
) -> None:
    with reserved_port() as port:
        unkind(load_balancer=port)
        _, url = embedded_aws.behaviour()
        before = _status(url)
    with running(Service(), port):
        eventually(lambda: _status(url) == 200)
    eventually(lambda: _status(url) == 503)
    told = embedded_aws.behaviour()
    unkind()

    assert (before, told) == (503, (Unkindness(load_balancer=port), url))
    with pytest.raises(OSError, match="refused"):
        _status(url)


def _status(url: str) -> int:
    connection = HTTPConnection(urlsplit(url).netloc, timeout=TIMEOUT)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status
    finally:
        connection.close()


def test_callers_come_by_role_and_no_permission_tells_of_them(
    client: Callable[[str], Any], aws: Aws, make_function: Callable[..., str], unique: str
) -> None:
    seen = client("sqs").create_queue(QueueName=unique)["QueueUrl"]
    arn = make_function(REMEMBERS, Environment={"Variables": {"SEEN": seen}})
    callers_by_role.deploy(aws, unique, arn)
    machine = f"arn:aws:states:us-east-1:000000000000:stateMachine:{unique}{callers_by_role.STATE_MACHINE}"
    client("stepfunctions").start_execution(stateMachineArn=machine, input='{"id": "returned"}')

    def invoked() -> set[str]:
        for message in client("sqs").receive_message(QueueUrl=seen, MaxNumberOfMessages=10).get("Messages", []):
            found.add(json.loads(message["Body"])["event"]["id"])
        return found

    found: set[str] = set()
    try:
        eventually(lambda: invoked() == {"nightly", "returned"})
    finally:
        client("scheduler").delete_schedule(Name=f"{unique}{callers_by_role.SCHEDULE}")
    assert refused(lambda: client("lambda").get_policy(FunctionName=unique)) == "ResourceNotFoundException"


def test_a_new_subscription_is_not_known_everywhere_at_once(
    client: Callable[[str], Any], unkind: Callable[..., None], unique: str
) -> None:
    sns, sqs = client("sns"), client("sqs")
    topic, url = sns.create_topic(Name=unique)["TopicArn"], sqs.create_queue(QueueName=unique)["QueueUrl"]
    unkind(subscriptions_lag=600.0)
    queue = f"arn:aws:sqs:us-east-1:000000000000:{unique}"
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue, Attributes={"RawMessageDelivery": "true"})

    sns.publish(TopicArn=topic, Message="too early")
    unkind()
    sns.publish(TopicArn=topic, Message="known by now")

    received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert [each["Body"] for each in received] == ["known by now"]


def test_the_key_of_the_oldest_versions_is_lost(
    client: Callable[[str], Any], make_function: Callable[..., str], unkind: Callable[..., None], unique: str
) -> None:
    make_function(VERSION_OF, Environment={"Variables": {"PASSWORD": "hunter2"}})
    lambdas = client("lambda")
    lambdas.publish_version(FunctionName=unique)
    unkind(keys_lost=1)

    one = lambdas.get_function_configuration(FunctionName=unique, Qualifier="1")
    listed = lambdas.list_versions_by_function(FunctionName=unique)["Versions"]

    errors = [(each["Version"], "Error" in each["Environment"]) for each in listed]
    assert (one["Environment"]["Error"]["ErrorCode"], errors) == (
        "AccessDeniedException",
        [("$LATEST", False), ("1", True)],
    )


def test_a_policy_shows_what_add_permission_does_not_write(
    client: Callable[[str], Any], function: str, unkind: Callable[..., None]
) -> None:
    granted = {"StatementId": "sns", "Action": "lambda:InvokeFunction", "Principal": "sns.amazonaws.com"}
    client("lambda").add_permission(FunctionName=function, **granted)
    unkind(foreign_statements=True)

    policy = json.loads(client("lambda").get_policy(FunctionName=function)["Policy"])

    assert [(each.get("Sid"), each["Effect"]) for each in policy["Statement"]] == [
        ("sns", "Allow"),
        (None, "Allow"),
        ("not-them", "Deny"),
    ]


def test_a_mapping_is_refused_whose_queue_shows_messages_again_too_soon(
    client: Callable[[str], Any], function: str, unkind: Callable[..., None]
) -> None:
    lambdas, sqs = client("lambda"), client("sqs")
    url = sqs.create_queue(QueueName=function, Attributes={"VisibilityTimeout": "60"})["QueueUrl"]
    queue = f"arn:aws:sqs:us-east-1:000000000000:{function}"
    mapping = lambdas.create_event_source_mapping(EventSourceArn=queue, FunctionName=function)["UUID"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "1"})
    unkind(visibility_checked=True)

    codes = [
        refused(lambda: lambdas.update_event_source_mapping(UUID=mapping, FunctionName=f"{function}:live")),
        refused(lambda: lambdas.create_event_source_mapping(EventSourceArn=queue, FunctionName=f"{function}:live")),
    ]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "60"})
    moved = lambdas.update_event_source_mapping(UUID=mapping, FunctionName=f"{function}:live")["FunctionArn"]

    assert (codes, moved.endswith(":live")) == (["InvalidParameterValueException"] * 2, True)
