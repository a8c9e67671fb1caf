from __future__ import annotations

import json
import urllib.parse
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.receiving import Aliased, Service, allow
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws

pytestmark = pytest.mark.sandbox


def test_sns_reaches_the_alias_or_the_dead_letter_queue(client: Callable[[str], Any], aliased: Aliased) -> None:
    dead = client("sqs").create_queue(QueueName=f"{aliased.name}-dead")["QueueUrl"]
    read = client("sqs").get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]
    topic = client("sns").create_topic(Name=aliased.name)["TopicArn"]
    redrive = json.dumps({"deadLetterTargetArn": read["QueueArn"]})
    client("sns").subscribe(
        TopicArn=topic, Protocol="lambda", Endpoint=aliased.alias_arn, Attributes={"RedrivePolicy": redrive}
    )

    client("sns").publish(TopicArn=topic, Message="not allowed yet")
    (undelivered,) = eventually(lambda: client("sqs").receive_message(QueueUrl=dead).get("Messages"))
    allow(client, aliased, "sns.amazonaws.com", topic, Qualifier="live")
    client("sns").publish(TopicArn=topic, Message="allowed")
    (delivered,) = eventually(aliased.seen)

    assert json.loads(undelivered["Body"])["Message"] == "not allowed yet"
    assert delivered["event"]["Records"][0]["Sns"]["Message"] == "allowed"
    assert (delivered["arn"], delivered["version"]) == (aliased.alias_arn, "2")


def test_a_parked_subscription_gets_nothing_until_it_is_unparked(
    client: Callable[[str], Any], aliased: Aliased
) -> None:
    topic = client("sns").create_topic(Name=aliased.name)["TopicArn"]
    allow(client, aliased, "sns.amazonaws.com", topic)
    subscription = client("sns").subscribe(
        TopicArn=topic, Protocol="lambda", Endpoint=aliased.arn, ReturnSubscriptionArn=True
    )["SubscriptionArn"]

    def set_filter(policy: str) -> None:
        client("sns").set_subscription_attributes(
            SubscriptionArn=subscription, AttributeName="FilterPolicy", AttributeValue=policy
        )

    set_filter(json.dumps({"parked-by": ["nobody sends this"]}))
    client("sns").publish(TopicArn=topic, Message="while parked")
    set_filter("{}")
    client("sns").publish(TopicArn=topic, Message="afterwards")

    (delivered,) = eventually(aliased.seen)
    assert delivered["event"]["Records"][0]["Sns"]["Message"] == "afterwards"


def test_an_http_subscription_is_confirmed_and_outlives_a_failing_service(
    client: Callable[[str], Any],
    embedded_aws: EmbeddedAws,
    service: Service,
    unique: str,
) -> None:
    topics = client("sns")
    topic = topics.create_topic(Name=unique)["TopicArn"]
    wanted = {"TopicArn": topic, "Protocol": "http", "Endpoint": f"{service.url}/events"}

    def listed() -> list[str]:
        return [one["SubscriptionArn"] for one in topics.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]]

    told = topics.subscribe(**wanted)["SubscriptionArn"]
    eventually(lambda: service.requests)
    arn = topics.subscribe(**wanted, ReturnSubscriptionArn=True)["SubscriptionArn"]
    eventually(lambda: len(service.requests) == 2)
    assert (told, listed()) == ("pending confirmation", ["PendingConfirmation"])
    kinds = {request["headers"]["x-amz-sns-message-type"] for request in service.requests}
    url = json.loads(service.requests[0]["body"])["SubscribeURL"]
    assert kinds == {"SubscriptionConfirmation"}
    assert url.startswith(embedded_aws.endpoint_url)
    with urllib.request.urlopen(url) as answer:  # noqa: S310  # it begins with the endpoint URL
        assert answer.status == 200
    assert listed() == [arn]

    service.requests.clear()
    service.statuses = [503, 500]
    message_id = topics.publish(TopicArn=topic, Message="hello")["MessageId"]

    eventually(lambda: len(service.requests) == 3)
    for request in service.requests:
        names = ("x-amz-sns-message-type", "x-amz-sns-message-id", "x-amz-sns-topic-arn", "x-amz-sns-subscription-arn")
        assert [request["headers"][name] for name in names] == ["Notification", message_id, topic, arn]
        assert json.loads(request["body"])["Message"] == "hello"


@pytest.mark.parametrize(("policy", "lost"), [({}, True), ({"healthyRetryPolicy": {"numRetries": 5}}, False)])
def test_sns_tries_a_url_again_as_often_as_the_subscription_says(
    client: Callable[[str], Any], service: Service, unique: str, policy: dict[str, Any], lost: bool
) -> None:
    topics, queues = client("sns"), client("sqs")
    failures = queues.create_queue(QueueName=unique)["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=failures, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    attributes = {"RedrivePolicy": json.dumps({"deadLetterTargetArn": arn}), "DeliveryPolicy": json.dumps(policy)}
    topic = topics.create_topic(Name=unique)["TopicArn"]
    topics.subscribe(TopicArn=topic, Protocol="http", Endpoint=f"{service.url}/events", Attributes=attributes)
    eventually(lambda: service.requests)
    with urllib.request.urlopen(json.loads(service.requests.pop()["body"])["SubscribeURL"]):  # noqa: S310  # as above
        service.statuses = [503] * 4

    topics.publish(TopicArn=topic, Message="hello")

    eventually(lambda: len(service.requests) == (4 if lost else 5))
    kept = queues.receive_message(QueueUrl=failures, WaitTimeSeconds=2 if lost else 0).get("Messages", [])
    assert [json.loads(each["Body"])["Message"] for each in kept] == (["hello"] if lost else [])


def test_a_rule_reaches_the_alias_once_its_own_policy_allows(client: Callable[[str], Any], aliased: Aliased) -> None:
    pattern = json.dumps({"source": [aliased.name]})
    rule = client("events").put_rule(Name=aliased.name, EventPattern=pattern)["RuleArn"]
    client("events").put_targets(Rule=aliased.name, Targets=[{"Id": "one", "Arn": aliased.alias_arn}])

    def put(number: int) -> None:
        entry = {"Source": aliased.name, "DetailType": "numbered", "Detail": json.dumps({"number": number})}
        client("events").put_events(Entries=[entry])

    put(1)
    allow(client, aliased, "events.amazonaws.com", rule)
    put(2)
    allow(client, aliased, "events.amazonaws.com", rule, Qualifier="live")
    put(3)

    (delivered,) = eventually(aliased.seen)
    assert delivered["event"]["detail"] == {"number": 3}
    assert (delivered["arn"], delivered["version"]) == (aliased.alias_arn, "2")


def test_an_api_destination_gets_the_transformed_event_and_the_key_again_and_again(
    client: Callable[[str], Any], service: Service, unique: str
) -> None:
    events = client("events")
    key = {"ApiKeyAuthParameters": {"ApiKeyName": "x-lambda-migrate-api-key", "ApiKeyValue": "open sesame"}}
    connection = events.create_connection(Name=unique, AuthorizationType="API_KEY", AuthParameters=key)
    destination = events.create_api_destination(
        Name=unique,
        ConnectionArn=connection["ConnectionArn"],
        InvocationEndpoint=f"{service.url}/lambda-proxy-non-api-events",
        HttpMethod="POST",
    )
    events.put_rule(Name=unique, EventPattern=json.dumps({"source": [unique]}))
    target = {
        "Id": "one",
        "Arn": destination["ApiDestinationArn"],
        "RoleArn": "arn:aws:iam::000000000000:role/events",
        "InputTransformer": {"InputTemplate": '{"event": <aws.events.event.json>}'},
    }
    events.put_targets(Rule=unique, Targets=[target])
    service.statuses = [503]

    detail = {"text": 'a "quoted" word', "nested": {"list": [1, None]}}
    events.put_events(Entries=[{"Source": unique, "DetailType": "kind", "Detail": json.dumps(detail)}])

    eventually(lambda: len(service.requests) == 2)
    first, second = service.requests
    assert first["body"] == second["body"]
    assert second["headers"]["x-lambda-migrate-api-key"] == "open sesame"
    document = json.loads(second["body"])["event"]
    assert (document["source"], document["detail-type"], document["detail"]) == (unique, "kind", detail)


def test_a_mapping_moves_to_the_alias_and_is_switched_off_and_on(
    client: Callable[[str], Any], aliased: Aliased, unique: str
) -> None:
    functions, queues = client("lambda"), client("sqs")
    url = queues.create_queue(QueueName=f"{unique}-work")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    mapping = functions.create_event_source_mapping(FunctionName=unique, EventSourceArn=arn)["UUID"]

    def state() -> str:
        return str(functions.get_event_source_mapping(UUID=mapping)["State"])

    moved = functions.update_event_source_mapping(UUID=mapping, FunctionName=aliased.alias_arn)
    with pytest.raises(functions.exceptions.ResourceInUseException):
        functions.update_event_source_mapping(UUID=mapping, Enabled=False)
    eventually(lambda: state() == "Enabled")
    queues.send_message(QueueUrl=url, MessageBody="one")
    (delivered,) = eventually(aliased.seen)
    switched_off = functions.update_event_source_mapping(UUID=mapping, Enabled=False)
    eventually(lambda: state() == "Disabled")
    queues.send_message(QueueUrl=url, MessageBody="two")
    kept = queues.receive_message(QueueUrl=url, WaitTimeSeconds=1, VisibilityTimeout=0)["Messages"]
    switched_on = functions.update_event_source_mapping(UUID=mapping, Enabled=True)
    (delivered_later,) = eventually(aliased.seen)

    assert (moved["State"], moved["FunctionArn"]) == ("Updating", aliased.alias_arn)
    assert (switched_off["State"], switched_on["State"]) == ("Disabling", "Enabling")
    assert [message["Body"] for message in kept] == ["two"]
    assert (delivered["arn"], delivered["version"]) == (aliased.alias_arn, "2")
    bodies = [one["event"]["Records"][0]["body"] for one in (delivered, delivered_later)]
    assert bodies == ["one", "two"]


def test_secrets_parameters_roles_and_the_trail_are_there(client: Callable[[str], Any], unique: str) -> None:
    client("secretsmanager").create_secret(Name=unique, SecretString="k1:secret")
    client("ssm").put_parameter(Name=f"/{unique}/key", Value="k2:secret", Type="SecureString")
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}]}
    client("iam").create_role(RoleName=unique, AssumeRolePolicyDocument="{}")
    client("iam").put_role_policy(RoleName=unique, PolicyName="one", PolicyDocument=json.dumps(policy))

    secret = client("secretsmanager").get_secret_value(SecretId=unique)["SecretString"]
    parameter = client("ssm").get_parameter(Name=f"/{unique}/key", WithDecryption=True)["Parameter"]["Value"]
    policies = client("iam").list_role_policies(RoleName=unique)["PolicyNames"]
    lookup = [{"AttributeKey": "EventName", "AttributeValue": "CreateSecret"}]
    recorded = client("cloudtrail").lookup_events(LookupAttributes=lookup)["Events"]

    assert (secret, parameter, policies) == ("k1:secret", "k2:secret", ["one"])
    assert any(unique in event["CloudTrailEvent"] for event in recorded)
