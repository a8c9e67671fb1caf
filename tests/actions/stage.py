"""What the worlds of the law are built from: an embedded AWS, seen past the code under test."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lambda_migrate.hashing import sha256
from tests.support.embedded_aws import archive
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lambda_migrate.actions import Action
    from lambda_migrate.aws.session import Aws

SECRET = "k1:the-signing-key"
PRIVATE = "a-value-nobody-may-see"
MARKER = "lambda-migrate proxy 0123456789abcdef"
SETTINGS = {
    "LAMBDA_MIGRATE_SERVICE_URL": "https://orders.example.com",
    "LAMBDA_MIGRATE_EVENTS": "non-api",
    "LAMBDA_MIGRATE_ORIGINAL_HANDLER": "index.handler",
}

VOLATILE = frozenset(
    {
        "ApiDestinationArn",
        "ConnectionArn",
        "CreateDate",
        "CreatedDate",
        "CreationTime",
        "FunctionArn",
        "LastAuthorizedTime",
        "LastModified",
        "LastModifiedTime",
        "LastUpdateStatus",
        "LastUpdateStatusReason",
        "LastUpdateStatusReasonCode",
        "ResponseMetadata",
        "RevisionId",
        "RoleId",
        "State",
        "StateReason",
        "StateReasonCode",
        "StateTransitionReason",
        "SubscriptionArn",
        "Version",
    }
)
"""Ids that AWS draws, times, and states that pass."""


@dataclass(frozen=True)
class World:
    """A stage that is set for one action.

    Attributes:
        action: The action.
        documents: Reads everything that the action may touch, and its neighbours, without what is volatile.
        foreign: Somebody else changes something beside what the action changes.
        drift: Somebody else changes the very thing; None where it has no third state.
    """

    action: Action
    documents: Callable[[], Any]
    foreign: Callable[[], object]
    drift: Callable[[], object] | None = None


@dataclass
class Stage:
    """Makes things in the embedded AWS, under names that begin with ``name``."""

    client: Callable[[str], Any]
    make_function: Callable[..., str]
    name: str
    aws: Aws
    folder: Path
    made: list[str] = field(default_factory=list)

    @property
    def lambda_(self) -> Any:
        return self.client("lambda")

    def function(self, **overrides: Any) -> str:
        """Make a function named like the stage; return its ARN."""
        return self.make_function(**overrides)

    def reconfigure(self, **settings: Any) -> None:
        self.lambda_.update_function_configuration(FunctionName=self.name, **settings)
        self.lambda_.get_waiter("function_updated_v2").wait(
            FunctionName=self.name, WaiterConfig={"Delay": 0.05, "MaxAttempts": 200}
        )

    def recode(self) -> None:
        """Deploy other code."""
        self.lambda_.update_function_code(FunctionName=self.name, ZipFile=archive("handler = print\n"))
        self.lambda_.get_waiter("function_updated_v2").wait(
            FunctionName=self.name, WaiterConfig={"Delay": 0.05, "MaxAttempts": 200}
        )

    def latest(self) -> dict[str, Any]:
        """Return the configuration of $LATEST; no variables and no layers read as AWS shows them: not at all."""
        configuration = steady(self.lambda_.get_function_configuration(FunctionName=self.name))
        for empty in ({"Environment": {"Variables": {}}}, {"Layers": []}):
            for name, value in empty.items():
                if configuration.get(name) == value:
                    del configuration[name]
        return configuration

    def code_sha256(self) -> str:
        return str(self.lambda_.get_function_configuration(FunctionName=self.name)["CodeSha256"])

    def environment_sha256(self) -> str:
        configuration = self.lambda_.get_function_configuration(FunctionName=self.name)
        return sha256(configuration.get("Environment", {}).get("Variables", {}))

    def publish(self, description: str) -> str:
        return str(self.lambda_.publish_version(FunctionName=self.name, Description=description)["Version"])

    def versions(self) -> dict[str, Any]:
        versions = self.lambda_.list_versions_by_function(FunctionName=self.name)["Versions"]
        return {each["Description"]: steady(each) for each in versions if each["Version"] != "$LATEST"}

    def alias(self, name: str, version: str, description: str = "") -> str:
        """Make an alias; return its ARN."""
        made = self.lambda_.create_alias(
            FunctionName=self.name, Name=name, FunctionVersion=version, Description=description
        )
        return str(made["AliasArn"])

    def aliases(self) -> dict[str, Any]:
        aliases = self.lambda_.list_aliases(FunctionName=self.name)["Aliases"]
        return {each["Name"]: steady(each) for each in aliases}

    def allow(self, sid: str, principal: str, qualifier: str | None = None) -> None:
        given = {"Qualifier": qualifier} if qualifier else {}
        self.lambda_.add_permission(
            FunctionName=self.name,
            StatementId=sid,
            Action="lambda:InvokeFunction",
            Principal=principal,
            **given,
        )

    def policy(self, qualifier: str | None = None) -> dict[str, Any]:
        given = {"Qualifier": qualifier} if qualifier else {}
        try:
            text = self.lambda_.get_policy(FunctionName=self.name, **given)["Policy"]
        except self.lambda_.exceptions.ResourceNotFoundException:
            return {}
        return {each["Sid"]: each for each in json.loads(text)["Statement"]}

    def layer(self, description: str, content: str = "") -> str:
        """Publish a version of the layer named like the stage; return its ARN."""
        made = self.lambda_.publish_layer_version(
            LayerName=self.name, Description=description, Content={"ZipFile": archive(content)}
        )
        return str(made["LayerVersionArn"])

    def layers(self) -> dict[str, Any]:
        versions = self.lambda_.list_layer_versions(LayerName=self.name)["LayerVersions"]
        content = {
            each["Version"]: self.lambda_.get_layer_version(LayerName=self.name, VersionNumber=each["Version"])
            for each in versions
        }
        return {each["Description"]: content[each["Version"]]["Content"]["CodeSha256"] for each in versions}

    def queue(self, suffix: str = "queue") -> str:
        """Make a queue; return its ARN."""
        sqs = self.client("sqs")
        url = sqs.create_queue(QueueName=f"{self.name}-{suffix}")["QueueUrl"]
        return str(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"])

    def mapping(self, target: str, suffix: str = "queue") -> str:
        """Map a new queue to a function; return the mapping's UUID once it has stopped changing."""
        made = self.lambda_.create_event_source_mapping(FunctionName=target, EventSourceArn=self.queue(suffix))
        self.mapping_at_rest(made["UUID"])
        return str(made["UUID"])

    def mapping_at_rest(self, uuid: str) -> dict[str, Any]:
        def mapping() -> dict[str, Any]:
            found: dict[str, Any] = self.lambda_.get_event_source_mapping(UUID=uuid)
            assert found["State"] in ("Enabled", "Disabled")
            return found

        return eventually(mapping)

    def batch_size(self, uuid: str, size: int) -> None:
        self.mapping_at_rest(uuid)
        self.lambda_.update_event_source_mapping(UUID=uuid, BatchSize=size)
        self.mapping_at_rest(uuid)

    def mappings(self) -> dict[str, Any]:
        """Return the mappings of the function, by queue, once all have stopped changing."""
        listed = self.lambda_.list_event_source_mappings(FunctionName=self.name)["EventSourceMappings"]
        found = [self.mapping_at_rest(each["UUID"]) for each in listed]
        return {
            each["EventSourceArn"]: {**steady(each), "Function": each["FunctionArn"], "State": each["State"]}
            for each in found
        }

    def http_api(self) -> str:
        return str(self.client("apigatewayv2").create_api(Name=self.name, ProtocolType="HTTP")["ApiId"])

    def integration(self, api: str, uri: str, description: str = "") -> str:
        made = self.client("apigatewayv2").create_integration(
            ApiId=api,
            IntegrationType="AWS_PROXY",
            IntegrationUri=uri,
            PayloadFormatVersion="2.0",
            Description=description,
        )
        return str(made["IntegrationId"])

    def integrations(self, api: str) -> dict[str, Any]:
        found = self.client("apigatewayv2").get_integrations(ApiId=api)["Items"]
        return {each["Description"]: steady(each, "IntegrationId") for each in found}

    def topic(self) -> str:
        return str(self.client("sns").create_topic(Name=self.name)["TopicArn"])

    def subscription(self, topic: str, protocol: str, endpoint: str, **attributes: str) -> str:
        made = self.client("sns").subscribe(
            TopicArn=topic, Protocol=protocol, Endpoint=endpoint, Attributes=attributes, ReturnSubscriptionArn=True
        )
        return str(made["SubscriptionArn"])

    def attribute(self, subscription: str, name: str, value: str) -> None:
        self.client("sns").set_subscription_attributes(
            SubscriptionArn=subscription, AttributeName=name, AttributeValue=value
        )

    def subscriptions(self, topic: str) -> dict[str, Any]:
        """Return the attributes of a topic's subscriptions, by endpoint; an empty filter is none."""
        sns = self.client("sns")
        found = {}
        for each in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]:
            attributes = sns.get_subscription_attributes(SubscriptionArn=each["SubscriptionArn"])["Attributes"]
            attributes["FilterPolicy"] = json.loads(attributes.get("FilterPolicy") or "{}")
            found[each["Endpoint"]] = steady(attributes)
        return found

    def rule(self, **target: Any) -> None:
        events = self.client("events")
        events.put_rule(Name=self.name, EventPattern=json.dumps({"source": [self.name]}))
        events.put_targets(Rule=self.name, Targets=[target])

    def targets(self) -> dict[str, Any]:
        found = self.client("events").list_targets_by_rule(Rule=self.name)["Targets"]
        return {each["Id"]: each for each in found}

    def connection(self, suffix: str, header: str = "x-key") -> str:
        made = self.client("events").create_connection(
            Name=f"{self.name}-{suffix}",
            AuthorizationType="API_KEY",
            AuthParameters={"ApiKeyAuthParameters": {"ApiKeyName": header, "ApiKeyValue": "hush"}},
        )
        return str(made["ConnectionArn"])

    def connections(self) -> dict[str, Any]:
        events = self.client("events")
        listed = events.list_connections(NamePrefix=self.name)["Connections"]
        return {each["Name"]: steady(events.describe_connection(Name=each["Name"])) for each in listed}

    def api_destination(self, suffix: str, connection_arn: str, url: str = "https://orders.example.com/events") -> str:
        made = self.client("events").create_api_destination(
            Name=f"{self.name}-{suffix}",
            ConnectionArn=connection_arn,
            InvocationEndpoint=url,
            HttpMethod="POST",
            InvocationRateLimitPerSecond=100,
        )
        return str(made["ApiDestinationArn"])

    def api_destinations(self) -> dict[str, Any]:
        events = self.client("events")
        listed = events.list_api_destinations(NamePrefix=self.name)["ApiDestinations"]
        return {each["Name"]: steady(events.describe_api_destination(Name=each["Name"])) for each in listed}

    def role(self, suffix: str, service: str = "events.amazonaws.com") -> str:
        made = self.client("iam").create_role(
            RoleName=f"{self.name}-{suffix}", AssumeRolePolicyDocument=json.dumps(trust(service))
        )
        return str(made["Role"]["Arn"])

    def roles(self) -> dict[str, Any]:
        """Return the roles named like the stage, with their inline policies."""
        iam = self.client("iam")
        found = {}
        for each in iam.list_roles()["Roles"]:
            name = each["RoleName"]
            if name.startswith(self.name):
                policies = iam.list_role_policies(RoleName=name)["PolicyNames"]
                documents = {
                    policy: iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
                    for policy in policies
                }
                found[name] = {**steady(each), "Policies": documents}
        return found

    def schedules(self) -> dict[str, Any]:
        """Return the schedules named like the stage."""
        scheduler = self.client("scheduler")
        listed = scheduler.list_schedules(NamePrefix=self.name)["Schedules"]
        found = [scheduler.get_schedule(Name=each["Name"]) for each in listed]
        return {each["Name"]: steady(each, "Arn", "CreationDate", "LastModificationDate") for each in found}

    def secret(self, value: str) -> str:
        """Make a secret; return its reference."""
        self.client("secretsmanager").create_secret(Name=f"{self.name}-secret", SecretString=value)
        return f"secretsmanager:{self.name}-secret"


def trust(service: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def steady(document: dict[str, Any], *also: str) -> dict[str, Any]:
    """Return a document without what is volatile in it."""
    return {name: value for name, value in document.items() if name not in VOLATILE and name not in also}
