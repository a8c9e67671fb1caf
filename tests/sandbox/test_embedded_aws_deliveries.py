from __future__ import annotations

import http.client
import json
import threading
import urllib.parse
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws

pytestmark = pytest.mark.sandbox

REMEMBERS = """
import boto3, json, os
def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl=os.environ["SEEN"], MessageBody=json.dumps(
        {"event": event, "arn": context.invoked_function_arn, "version": context.function_version}))
    return {"statusCode": 200, "body": context.function_version}
"""


@dataclass
class Service:
    """A service that remembers what it was sent."""

    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)


@contextmanager
def running(service: Service, port: int = 0) -> Iterator[Service]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("content-length", 0))
            body = self.rfile.read(length).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            seen = {"method": self.command, "target": self.path, "headers": headers, "body": body}
            service.requests.append(seen)
            self.send_response(service.statuses.pop(0) if service.statuses else 200)
            self.send_header("Set-Cookie", "a=1; Path=/")
            self.send_header("Set-Cookie", "b=2; Path=/")
            self.send_header("Location", "/elsewhere")
            self.send_header("X-Answer", "42")
            self.send_header("Content-Length", "2")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(b"ok")

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = answer  # noqa: N815  # the names that http.server calls

        def log_message(self, *_arguments: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    service.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def service() -> Iterator[Service]:
    with running(Service()) as started:
        yield started


@dataclass(frozen=True)
class Aliased:
    """A function with two versions, and an alias that sends everything to the second."""

    name: str
    arn: str
    alias_arn: str
    seen: Callable[[], list[dict[str, Any]]]


@pytest.fixture
def aliased(client: Callable[[str], Any], make_function: Callable[..., str], unique: str) -> Aliased:
    url = client("sqs").create_queue(QueueName=f"{unique}-seen")["QueueUrl"]
    arn = make_function(REMEMBERS, Environment={"Variables": {"SEEN": url}})
    functions = client("lambda")
    functions.publish_version(FunctionName=unique)
    functions.update_function_configuration(FunctionName=unique, Description="second")
    waiter = functions.get_waiter("function_updated_v2")
    waiter.wait(FunctionName=unique, WaiterConfig={"Delay": 0.05, "MaxAttempts": 200})
    functions.publish_version(FunctionName=unique)
    weights = {"AdditionalVersionWeights": {"2": 1.0}}
    functions.create_alias(FunctionName=unique, Name="live", FunctionVersion="1", RoutingConfig=weights)

    def seen() -> list[dict[str, Any]]:
        found = client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        for message in found:
            client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in found]

    return Aliased(unique, arn, f"{arn}:live", seen)


def allow(client: Callable[[str], Any], function: Aliased, service: str, source_arn: str, **qualifier: str) -> None:
    client("lambda").add_permission(
        FunctionName=function.name,
        StatementId=service.partition(".")[0],
        Action="lambda:InvokeFunction",
        Principal=service,
        SourceArn=source_arn,
        **qualifier,
    )


def make_api(client: Callable[[str], Any], name: str, **integration: Any) -> tuple[str, str]:
    """Return the ids of an HTTP API and its integration; everything goes there."""
    gateway = client("apigatewayv2")
    api = gateway.create_api(Name=name, ProtocolType="HTTP")["ApiId"]
    made = gateway.create_integration(ApiId=api, **integration)["IntegrationId"]
    gateway.create_route(ApiId=api, RouteKey="$default", Target=f"integrations/{made}")
    gateway.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    return api, made


def ask(aws: EmbeddedAws, api: str, target: str, method: str = "GET", **options: Any) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", aws.port, timeout=20)
    connection.request(method, f"/_aws/execute-api/{api}/$default{target}", **options)
    return connection.getresponse()


def test_an_http_api_reaches_the_alias_once_its_own_policy_allows(
    client: Callable[[str], Any], embedded_aws: EmbeddedAws, aliased: Aliased
) -> None:
    api, integration = make_api(
        client, aliased.name, IntegrationType="AWS_PROXY", IntegrationUri=aliased.arn, PayloadFormatVersion="2.0"
    )
    source = f"arn:aws:execute-api:us-east-1:000000000000:{api}/*/*"
    allow(client, aliased, "apigateway.amazonaws.com", source)
    statuses = [ask(embedded_aws, api, "/a").status]

    client("apigatewayv2").update_integration(ApiId=api, IntegrationId=integration, IntegrationUri=aliased.alias_arn)
    statuses.append(ask(embedded_aws, api, "/a").status)
    allow(client, aliased, "apigateway.amazonaws.com", source, Qualifier="live")
    answer = ask(embedded_aws, api, "/a")

    assert [*statuses, answer.status] == [200, 500, 200]
    assert answer.read() == b"2"
    assert sorted(one["arn"] for one in aliased.seen()) == [aliased.arn, aliased.alias_arn]


def test_sns_reaches_the_alias_or_the_dead_letter_queue(
    client: Callable[[str], Any], aliased: Aliased, eventually: Callable[..., Any]
) -> None:
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
    client: Callable[[str], Any], aliased: Aliased, eventually: Callable[..., Any]
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
    eventually: Callable[..., Any],
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


def test_a_rule_reaches_the_alias_once_its_own_policy_allows(
    client: Callable[[str], Any], aliased: Aliased, eventually: Callable[..., Any]
) -> None:
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
    client: Callable[[str], Any], service: Service, unique: str, eventually: Callable[..., Any]
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
    client: Callable[[str], Any], aliased: Aliased, unique: str, eventually: Callable[..., Any]
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


def test_an_http_proxy_integration_passes_everything_through(
    client: Callable[[str], Any], embedded_aws: EmbeddedAws, service: Service, unique: str
) -> None:
    api, _ = make_api(
        client,
        unique,
        IntegrationType="HTTP_PROXY",
        IntegrationMethod="ANY",
        IntegrationUri=f"{service.url}/ignored",
        PayloadFormatVersion="1.0",
        RequestParameters={"overwrite:path": "$request.path"},
    )
    service.statuses = [307]

    answer = ask(
        embedded_aws,
        api,
        "/api/orders/a%20b?q=1&q=2&name=J%C3%BCrgen",
        "PUT",
        body=b'{"a": 1}',
        headers={"cookie": "session=x", "content-type": "application/json", "x-own": "mine"},
    )

    (request,) = service.requests
    path, _, query = request["target"].partition("?")
    assert (request["method"], path, request["body"]) == ("PUT", "/api/orders/a%20b", '{"a": 1}')
    assert urllib.parse.parse_qsl(query) == [("q", "1"), ("q", "2"), ("name", "Jürgen")]
    names = ("cookie", "content-type", "x-own", "host")
    host = service.url.removeprefix("http://")
    assert [request["headers"][name] for name in names] == ["session=x", "application/json", "mine", host]
    assert (answer.status, answer.headers["location"], answer.headers["x-answer"]) == (307, "/elsewhere", "42")
    assert answer.headers.get_all("set-cookie") == ["a=1; Path=/", "b=2; Path=/"]
    assert answer.read() == b"ok"


def test_a_route_moves_from_the_function_to_the_service_and_back(
    client: Callable[[str], Any], embedded_aws: EmbeddedAws, aliased: Aliased, service: Service
) -> None:
    gateway = client("apigatewayv2")
    api, integration = make_api(
        client, aliased.name, IntegrationType="AWS_PROXY", IntegrationUri=aliased.alias_arn, PayloadFormatVersion="2.0"
    )
    source = f"arn:aws:execute-api:us-east-1:000000000000:{api}/*/*"
    allow(client, aliased, "apigateway.amazonaws.com", source, Qualifier="live")
    direct = gateway.create_integration(
        ApiId=api,
        IntegrationType="HTTP_PROXY",
        IntegrationMethod="ANY",
        IntegrationUri=service.url,
        PayloadFormatVersion="1.0",
    )["IntegrationId"]
    (route,) = gateway.get_routes(ApiId=api)["Items"]

    bodies = []
    for target in (integration, direct, integration):
        gateway.update_route(ApiId=api, RouteId=route["RouteId"], Target=f"integrations/{target}")
        bodies.append(ask(embedded_aws, api, "/x").read())

    assert bodies == [b"2", b"ok", b"2"]


def test_a_service_that_is_down_is_told_as_503(
    client: Callable[[str], Any], embedded_aws: EmbeddedAws, unique: str
) -> None:
    with running(Service()) as gone:
        pass
    api, _ = make_api(
        client,
        unique,
        IntegrationType="HTTP_PROXY",
        IntegrationMethod="ANY",
        IntegrationUri=gone.url,
        PayloadFormatVersion="1.0",
    )

    assert ask(embedded_aws, api, "/x").status == 503


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
