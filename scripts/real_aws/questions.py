"""The questions. Each is one function and one line in QUESTIONS; it yields its answers, one line each."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from lambda_migrate.function import documents
from scripts.real_aws.configuration_questions import (
    async_destinations,
    build_source,
    connection_key,
    deleted_principal,
    deleted_version,
    runtime_updates,
    trail_names,
)
from scripts.real_aws.delivery_questions import new_subscription, role_of_a_rule
from scripts.real_aws.document_questions import (
    missing_rule,
    schedule_that_began,
    unchecked_notification,
    user_pool_there_and_back,
)
from scripts.real_aws.image_questions import image_parts, layer_upload
from scripts.real_aws.path_questions import request_path
from scripts.real_aws.rest_api_questions import rest_stage
from scripts.real_aws.world import World, duration_until, first_true, get, refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OK = 200
PROBES = 10


@dataclass(frozen=True)
class Question:
    """A question to AWS.

    Attributes:
        name: What `--only` takes.
        text: What is asked.
        ask: Asks it; yields answers.
        slow: Whether it takes minutes or costs money.
    """

    name: str
    text: str
    ask: Callable[[World], Iterator[str]]
    slow: bool = False


def version_equals_latest(world: World) -> Iterator[str]:
    """`proxy deploy` finds the original by comparing a listed version with `$LATEST`."""
    lambdas = world.client("lambda")
    latest = lambdas.get_function_configuration(FunctionName=world.name)
    versions = lambdas.list_versions_by_function(FunctionName=world.name)["Versions"]
    listed = next(each for each in versions if each["Version"] == world.second)
    same = documents.version(listed).configuration_sha256 == documents.function(latest).configuration_sha256
    yield f"version {world.second} as listed equals $LATEST as read: {same}"
    if not same:
        yield f"they differ in {', '.join(documents.differing(latest, listed))}"
    before = lambdas.get_function_configuration(FunctionName=world.name)["RevisionId"]
    lambdas.tag_resource(Resource=world.arn, Tags={"checked": "yes"})
    after = lambdas.get_function_configuration(FunctionName=world.name)["RevisionId"]
    yield f"TagResource changes RevisionId: {before != after}"


def mapping_moves(world: World) -> Iterator[str]:
    """A mapping is updated in place; is it refused where the queue's visibility is below the function's time-out?"""
    sqs, lambdas = world.client("sqs"), world.client("lambda")
    url = sqs.create_queue(QueueName=world.name, Attributes={"VisibilityTimeout": "30"})["QueueUrl"]
    world.later(sqs.delete_queue, QueueUrl=url)
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    uuid = lambdas.create_event_source_mapping(EventSourceArn=arn, FunctionName=world.arn, BatchSize=1)["UUID"]
    world.later(lambdas.delete_event_source_mapping, UUID=uuid)
    first_true(lambda: lambdas.get_event_source_mapping(UUID=uuid)["State"] == "Enabled", seconds=180, pause=2)
    seen = [lambdas.update_event_source_mapping(UUID=uuid, FunctionName=f"{world.arn}:live")["State"]]

    def moved() -> bool:
        mapping = lambdas.get_event_source_mapping(UUID=uuid)
        seen.append(mapping["State"])
        return bool(mapping["State"] == "Enabled" and mapping["FunctionArn"].endswith(":live"))

    took = duration_until(moved, seconds=180, pause=1)
    yield f"moving it to the alias took {took} s, through {list(dict.fromkeys(seen))}"
    mappings = lambdas.list_event_source_mappings(FunctionName=world.name)["EventSourceMappings"]
    yield f"the unqualified name lists a mapping of the alias: {any(each['UUID'] == uuid for each in mappings)}"
    slow = world.publish("slow", Timeout=60)
    said = refusal(lambdas.update_event_source_mapping, UUID=uuid, FunctionName=f"{world.arn}:{slow}")
    yield f"to a version whose time-out exceeds the visibility: {said}"
    world.publish("as before", Timeout=20)


def alias_lag(world: World) -> Iterator[str]:
    """How long do invocations run the old version after UpdateAlias? Do empty weights clear?"""
    lambdas = world.client("lambda")
    move = {"FunctionName": world.name, "Name": "live"}
    half = {"AdditionalVersionWeights": {world.second: 0.5}}
    lambdas.update_alias(**move, FunctionVersion=world.first, RoutingConfig=half)
    lambdas.update_alias(**move, FunctionVersion=world.second, RoutingConfig={"AdditionalVersionWeights": {}})
    began, last = time.monotonic(), 0.0
    while time.monotonic() < began + 40:
        if world.version_behind("live") != world.second:
            last = time.monotonic() - began
    yield f"last answer of the old version {last:.1f} s after UpdateAlias"
    yield f"weights after clearing them: {lambdas.get_alias(**move).get('RoutingConfig')}"
    lambdas.update_alias(**move, FunctionVersion=world.first, RoutingConfig={"AdditionalVersionWeights": {}})


def pending_subscription(world: World) -> Iterator[str]:
    """An HTTPS subscription that nobody confirms: listed how, subscribed again, deleted?"""
    sns = world.client("sns")
    topic = sns.create_topic(Name=world.name)["TopicArn"]
    world.later(sns.delete_topic, TopicArn=topic)
    wanted = {"TopicArn": topic, "Protocol": "https", "Endpoint": "https://example.com/nobody"}
    arn = sns.subscribe(**wanted, ReturnSubscriptionArn=True)["SubscriptionArn"]
    listed = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    yield f"listed as {[each['SubscriptionArn'] for each in listed]}"
    yield f"the same ARN again: {sns.subscribe(**wanted, ReturnSubscriptionArn=True)['SubscriptionArn'] == arn}"
    yield f"Unsubscribe: {refusal(sns.unsubscribe, SubscriptionArn=arn)}"


def http_api_lag(world: World) -> Iterator[str]:
    """How long until a changed integration is served, and what if the alias goes away at once?"""
    gateway, lambdas = world.client("apigatewayv2"), world.client("lambda")
    api = gateway.create_api(Name=world.name, ProtocolType="HTTP")
    world.later(gateway.delete_api, ApiId=api["ApiId"])
    integration = gateway.create_integration(
        ApiId=api["ApiId"], IntegrationType="AWS_PROXY", IntegrationUri=world.arn, PayloadFormatVersion="2.0"
    )["IntegrationId"]
    gateway.create_route(ApiId=api["ApiId"], RouteKey="GET /who", Target=f"integrations/{integration}")
    gateway.create_stage(ApiId=api["ApiId"], StageName="$default", AutoDeploy=True)
    source = f"arn:{world.partition}:execute-api:{world.region}:{world.account}:{api['ApiId']}/*/*"
    for qualifier in ({}, {"Qualifier": "live"}):
        lambdas.add_permission(FunctionName=world.name, **qualifier, **_permission(source))
    url = f"{api['ApiEndpoint']}/who"
    first_true(lambda: get(url)[0] == OK, seconds=60)
    which = {"ApiId": api["ApiId"], "IntegrationId": integration}
    gateway.update_integration(**which, IntegrationUri=f"{world.arn}:live")
    took = duration_until(lambda: get(url) == (OK, world.first), seconds=90)
    stage = gateway.get_stage(ApiId=api["ApiId"], StageName="$default")
    yield f"served by the alias after {took} s; the stage says {stage.get('LastDeploymentStatusMessage')}"
    gateway.update_integration(**which, IntegrationUri=world.arn)
    lambdas.delete_alias(FunctionName=world.name, Name="live")
    began, bad = time.monotonic(), []
    while time.monotonic() < began + 45:
        if get(url)[0] != OK:
            bad.append(round(time.monotonic() - began, 1))
    yield f"errors after pointing back and deleting the alias at once: {len(bad)}, the last after {bad[-1:]} s"
    lambdas.create_alias(FunctionName=world.name, Name="live", FunctionVersion=world.first)


def _permission(source: str) -> dict[str, str]:
    return {
        "StatementId": "api",
        "Action": "lambda:InvokeFunction",
        "Principal": "apigateway.amazonaws.com",
        "SourceArn": source,
    }


def deleted_secret(world: World) -> Iterator[str]:
    """What does a secret say that is scheduled for deletion, and can it be made again?"""
    secrets = world.client("secretsmanager")
    secrets.create_secret(Name=world.name, SecretString="first")  # of this check alone
    world.later(secrets.delete_secret, SecretId=world.name, ForceDeleteWithoutRecovery=True)
    secrets.delete_secret(SecretId=world.name, RecoveryWindowInDays=7)
    yield f"GetSecretValue: {refusal(secrets.get_secret_value, SecretId=world.name)}"
    yield f"CreateSecret: {refusal(secrets.create_secret, Name=world.name, SecretString='second')}"


def one_off_schedule(world: World) -> Iterator[str]:
    """The guard of a bake: does Scheduler put an alias back by itself, weights and all, with a role for that alone?"""
    scheduler, lambdas = world.client("scheduler"), world.client("lambda")
    statement = {"Effect": "Allow", "Action": "lambda:UpdateAlias", "Resource": world.arn}
    role = world.role_for("scheduler.amazonaws.com", {"Version": "2012-10-17", "Statement": [statement]})
    half = {"AdditionalVersionWeights": {world.second: 0.5}}
    lambdas.update_alias(FunctionName=world.name, Name="live", FunctionVersion=world.first, RoutingConfig=half)
    at = datetime.now(UTC) + timedelta(seconds=150)
    none: dict[str, Any] = {"AdditionalVersionWeights": {}}
    back = {"FunctionName": world.name, "Name": "live", "FunctionVersion": world.first, "RoutingConfig": none}
    call = f"arn:{world.partition}:scheduler:::aws-sdk:lambda:updateAlias"
    target = {"Arn": call, "RoleArn": role, "Input": json.dumps(back)}

    def made() -> bool:
        said = refusal(
            scheduler.create_schedule,
            Name=world.name,
            ScheduleExpression=f"at({at:%Y-%m-%dT%H:%M:%S})",
            FlexibleTimeWindow={"Mode": "OFF"},
            ActionAfterCompletion="DELETE",
            Target=target,
        )
        return said == "accepted" or not said.startswith("ValidationException")

    spread = duration_until(made, seconds=120, pause=2)
    yield f"Scheduler took a schedule with a new role after {spread} s"
    world.later(scheduler.delete_schedule, Name=world.name)

    def weightless() -> bool:
        routing = lambdas.get_alias(FunctionName=world.name, Name="live").get("RoutingConfig") or {}
        return not routing.get("AdditionalVersionWeights")

    took = duration_until(weightless, seconds=300, pause=2)
    late = None if took is None else (datetime.now(UTC) - at).total_seconds()
    yield f"empty weights cleared the alias's: {took is not None}, {late} s after its time"
    yield f"a schedule that has acted is gone: {refusal(scheduler.get_schedule, Name=world.name)}"
    lambdas.update_alias(FunctionName=world.name, Name="live", FunctionVersion=world.first, RoutingConfig=none)


def retries_of_a_deleted_alias(world: World) -> Iterator[str]:
    """What becomes of asynchronous events whose alias is deleted while they wait for their retry?"""
    lambdas = world.client("lambda")
    lambdas.create_alias(FunctionName=world.name, Name="gone", FunctionVersion=world.first)
    for _ in range(5):
        lambdas.invoke(FunctionName=world.name, Qualifier="gone", InvocationType="Event", Payload=b'{"fail": 1}')
    time.sleep(20)
    lambdas.delete_alias(FunctionName=world.name, Name="gone")
    time.sleep(420)
    for metric in ("AsyncEventsDropped", "AsyncEventsReceived", "Invocations"):
        yield f"{metric}: {_sum(world, 'AWS/Lambda', metric, {'FunctionName': world.name}):g}"


def metrics_from_the_log(world: World) -> Iterator[str]:
    """Do the proxy's log lines become metrics with JSON logs of level WARN, and how late are metrics?"""
    text, filtered = {"LogFormat": "Text"}, {"LogFormat": "JSON", "ApplicationLogLevel": "WARN"}
    for logging in (text, filtered):
        version = world.publish(json.dumps(logging), LoggingConfig=logging)
        for _ in range(PROBES):
            world.version_behind(version)
        resource = {"FunctionName": world.name, "Resource": f"{world.name}:{version}"}
        own = {"FunctionName": world.name, "FunctionVersion": version}
        invoked = _counted(world, "AWS/Lambda", "Invocations", resource, seconds=400)
        proxied = _counted(world, "LambdaMigrateCheck", "Proxied", own, seconds=240)
        yield f"{logging}: Invocations after {invoked} s, the log's metric after {proxied} s more"


def provisioned_alias(world: World) -> Iterator[str]:
    """What does GetAlias show while Lambda moves an alias with provisioned concurrency?"""
    lambdas, which = world.client("lambda"), {"FunctionName": world.name, "Qualifier": "live"}
    lambdas.put_provisioned_concurrency_config(**which, ProvisionedConcurrentExecutions=1)
    world.later(lambdas.delete_provisioned_concurrency_config, **which)

    def ready() -> bool:
        return bool(lambdas.get_provisioned_concurrency_config(**which)["Status"] == "READY")

    first_true(ready, seconds=300, pause=5)
    lambdas.update_alias(FunctionName=world.name, Name="live", FunctionVersion=world.second)
    began = time.monotonic()
    seen: list[str] = []
    while time.monotonic() < began + 300 and not (time.monotonic() > began + 60 and ready()):
        alias = lambdas.get_alias(FunctionName=world.name, Name="live")
        state = f"{alias['FunctionVersion']} {alias.get('RoutingConfig', {}).get('AdditionalVersionWeights', {})}"
        if not seen or not seen[-1].endswith(state):
            seen.append(f"{time.monotonic() - began:.0f} s: {state}")
        time.sleep(2)
    yield f"{seen}"


def _counted(world: World, namespace: str, metric: str, dimensions: dict[str, str], *, seconds: float) -> float | None:
    """Return after how many seconds the probes are counted, or None."""

    def counted() -> bool:
        return _sum(world, namespace, metric, dimensions) >= PROBES

    return duration_until(counted, seconds=seconds, pause=10)


def _sum(world: World, namespace: str, metric: str, dimensions: dict[str, str]) -> float:
    found: Any = world.client("cloudwatch").get_metric_statistics(
        Namespace=namespace,
        MetricName=metric,
        Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
        StartTime=time.time() - 1800,
        EndTime=time.time() + 60,
        Period=60,
        Statistics=["Sum"],
    )
    return float(sum(point["Sum"] for point in found["Datapoints"]))


QUESTIONS = (
    Question("version-equals-latest", "does a listed version read as $LATEST does?", version_equals_latest),
    Question("mapping", "how does a mapping move, and when is it refused?", mapping_moves),
    Question("alias-lag", "how late does an alias move?", alias_lag),
    Question("pending-subscription", "what can be done with an unconfirmed subscription?", pending_subscription),
    Question("new-subscription", "is a message lost right after Subscribe, or after Unsubscribe?", new_subscription),
    Question("rule-role", "when does a rule take a new role?", role_of_a_rule),
    Question("http-api-lag", "how late is a changed integration served?", http_api_lag),
    Question("request-path", "does a path arrive at the service as it was sent?", request_path),
    Question("rest-stage", "what is deployed, and what does a canary take?", rest_stage),
    Question("deleted-secret", "what does a secret scheduled for deletion say?", deleted_secret),
    Question("one-off-schedule", "does a schedule put the alias back by itself?", one_off_schedule),
    Question("async-destinations", "are empty destinations taken?", async_destinations),
    Question("deleted-principal", "what is left of a role that is gone, and can it be granted?", deleted_principal),
    Question("deleted-version", "which ARN counts where a version is deleted?", deleted_version),
    Question("connection-key", "does a connection take a key with a colon?", connection_key),
    Question("runtime-updates", "which runtime does a published version get?", runtime_updates),
    Question("build-source", "does a build keep the project's buildspec?", build_source),
    Question("unchecked-notification", "does S3 take a notification unchecked?", unchecked_notification),
    Question("missing-rule", "what does AWS IoT say of a rule that is not there?", missing_rule),
    Question("user-pool", "is a user pool the same after it was written as a whole?", user_pool_there_and_back),
    Question("layer-upload", "what does ECR say of parts that are sent twice or leave a gap?", layer_upload),
    Question("image-parts", "are manifest and configuration of an image handed out as they are?", image_parts),
    Question("deleted-alias", "what becomes of retries of a deleted alias?", retries_of_a_deleted_alias, slow=True),
    Question("log-metrics", "do log lines become metrics with filtered JSON logs?", metrics_from_the_log, slow=True),
    Question("trail-names", "by which name does CloudTrail list a function?", trail_names, slow=True),
    Question("started-schedule", "is a start in the past refused?", schedule_that_began, slow=True),
    Question("provisioned-alias", "what does an alias show while it moves?", provisioned_alias, slow=True),
)
