"""Everything that an account holds, in a form in which two accounts of the same shape are equal.

What differs between two runs that came to the same is left out or renamed:

- times, revision ids and the states that an update goes through are left out, and so are messages, metrics and logs,
  which nobody configures;
- a version is called by its description and the hash of its code, a layer's version by its content's hash, an
  integration by what it is: whoever refers to them refers to that. Their numbers tell how often something was tried;
- random ids (UUIDs, API ids, the end of a secret's ARN) are replaced by ``<id>``, and so is what we make of them: the
  names of permissions and the marker of an integration;
- of the lock's alias the version that it pins is compared, but not who held it last and where the ledger ended; one
  that pins none is the lock of a run that was killed, which expires; the alias of another pinned version has no
  number;
- of signing keys, in the secret and in what versions are told, the names are compared, since their values are drawn;
- a filter policy of ``{}`` is none, as SNS says.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from lambda_migrate.function.documents import LATEST, PIN, pin_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Document = dict[str, Any]

VOLATILE = frozenset(
    {
        "ResponseMetadata",
        "RevisionId",
        "LastModified",
        "LastModifiedDate",
        "LastModificationDate",
        "LastModifiedTime",
        "LastChangedDate",
        "LastAccessedDate",
        "LastAuthorizedTime",
        "LastUpdatedDate",
        "LastUpdateStatus",
        "LastUpdateStatusReason",
        "LastProcessingResult",
        "LastUsedDate",
        "CreatedDate",
        "CreatedTimestamp",
        "LastModifiedTimestamp",
        "CreationDate",
        "CreationTime",
        "CreateDate",
        "StateTransitionReason",
        "State",
        "StateReason",
        "StateReasonCode",
        "VersionIdsToStages",
        "SecretVersionsToStages",
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesDelayed",
        "ApproximateNumberOfMessagesNotVisible",
        "RoleId",
        "RoleLastUsed",
        "UUID",
        "ApiId",
        "IntegrationId",
        "RouteId",
        "DeploymentId",
        "Url",
    }
)
RANDOM = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
SECRET_END = re.compile(r"(:secret:[^\"]+)-[A-Za-z0-9]{6}\b")
KEY = re.compile(r"(LAMBDA_MIGRATE_SIGNING_KEYS\": \"\w+):[^\"]*")
OURS = re.compile(r"(\"lm-|lambda-migrate direct )[0-9a-f]+")
NO_FILTER = re.compile(r'"FilterPolicy": "\{\}", ')
AT = re.compile(r"at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\)")

RENAMED = (
    (RANDOM, "<id>"),
    (SECRET_END, r"\1-<id>"),
    (AT, "at(<time>)"),
    (KEY, r"\1"),
    (OURS, r"\1<id>"),
    (NO_FILTER, ""),
)


def shape(client: Callable[[str], Any]) -> Document:
    """Return everything that an account holds."""
    found = {
        "lambda": _functions(client("lambda")),
        "layers": _layers(client("lambda")),
        "mappings": _every(client("lambda"), "list_event_source_mappings", "EventSourceMappings"),
        "apis": _apis(client("apigatewayv2")),
        "topics": _topics(client("sns")),
        "queues": _queues(client("sqs")),
        "rules": _rules(client("events")),
        "connections": client("events").list_connections()["Connections"],
        "destinations": client("events").list_api_destinations()["ApiDestinations"],
        "schedules": _schedules(client("scheduler")),
        "roles": _roles(client("iam")),
        "secrets": _secrets(client("secretsmanager")),
    }
    apis = [api["ApiId"] for api in client("apigatewayv2").get_apis()["Items"]]
    text = json.dumps(_less(found), default=str, sort_keys=True)
    for pattern, told in RENAMED:
        text = pattern.sub(told, text)
    for api in apis:
        text = text.replace(api, "<id>")
    plain: Document = json.loads(text)
    return {name: _sorted(value) for name, value in plain.items()}


def _functions(lambdas: Any) -> Document:
    return {
        each["FunctionName"]: _function(lambdas, each["FunctionName"])
        for each in _every(lambdas, "list_functions", "Functions")
    }


def _function(lambdas: Any, name: str) -> Document:
    versions = _every(lambdas, "list_versions_by_function", "Versions", FunctionName=name)
    called = {each["Version"]: f"{each.get('Description', '')} {each['CodeSha256']}" for each in versions}
    called[LATEST] = LATEST
    aliases = [each for each in _every(lambdas, "list_aliases", "Aliases", FunctionName=name) if not _lock(each)]
    policies = {"": _policy(lambdas, name, "")}
    for alias in aliases:
        policy = _policy(lambdas, name, alias["Name"])
        if alias["Name"] == pin_of(alias["FunctionVersion"]):
            alias |= {"Name": pin_of("<version>"), "AliasArn": alias["AliasArn"].rpartition("-")[0]}
        policies[alias["Name"]] = policy
        weights = (alias.pop("RoutingConfig", None) or {}).get("AdditionalVersionWeights", {})
        alias["Weights"] = {called[number]: weight for number, weight in weights.items()}
        alias["FunctionVersion"] = called[alias["FunctionVersion"]]
        if alias["Name"] == PIN:
            alias["Description"] = ""
    for each in versions:
        each["Version"] = called[each["Version"]]
        each["Layers"] = [{**layer, "Arn": _unnumbered(layer["Arn"])} for layer in each.get("Layers") or []]
        each["FunctionArn"] = _unnumbered(each["FunctionArn"])
    configs = _every(lambdas, "list_function_event_invoke_configs", "FunctionEventInvokeConfigs", FunctionName=name)
    return {
        "versions": versions,
        "aliases": aliases,
        "policies": policies,
        "asynchronous": configs,
        "urls": _every(lambdas, "list_function_url_configs", "FunctionUrlConfigs", FunctionName=name),
        "concurrency": lambdas.get_function_concurrency(FunctionName=name).get("ReservedConcurrentExecutions"),
        "tags": lambdas.get_function(FunctionName=name).get("Tags", {}),
    }


def _lock(alias: Document) -> bool:
    return alias["Name"] == PIN and alias["FunctionVersion"] == LATEST


def _policy(lambdas: Any, name: str, qualifier: str) -> Any:
    which = {"FunctionName": name} | ({"Qualifier": qualifier} if qualifier else {})
    try:
        return json.loads(lambdas.get_policy(**which)["Policy"])["Statement"]
    except lambdas.exceptions.ResourceNotFoundException:
        return []


def _layers(lambdas: Any) -> list[Document]:
    found = []
    for layer in _every(lambdas, "list_layers", "Layers"):
        for version in _every(lambdas, "list_layer_versions", "LayerVersions", LayerName=layer["LayerName"]):
            whole = lambdas.get_layer_version(LayerName=layer["LayerName"], VersionNumber=version["Version"])
            found.append({"name": layer["LayerName"], "code": whole["Content"]["CodeSha256"]})
    return found


def _apis(gateway: Any) -> list[Document]:
    found = []
    for api in gateway.get_apis()["Items"]:
        integrations = {
            each["IntegrationId"]: _less(each) for each in gateway.get_integrations(ApiId=api["ApiId"])["Items"]
        }
        routes = gateway.get_routes(ApiId=api["ApiId"])["Items"]
        for route in routes:
            route["Target"] = integrations.get(route.get("Target", "").removeprefix("integrations/"))
        stages = gateway.get_stages(ApiId=api["ApiId"])["Items"]
        found.append({**api, "integrations": list(integrations.values()), "routes": routes, "stages": stages})
    return found


def _topics(sns: Any) -> Document:
    found = {}
    for topic in _every(sns, "list_topics", "Topics"):
        subscriptions = _every(sns, "list_subscriptions_by_topic", "Subscriptions", TopicArn=topic["TopicArn"])
        found[topic["TopicArn"]] = [
            sns.get_subscription_attributes(SubscriptionArn=each["SubscriptionArn"])["Attributes"]
            if each["SubscriptionArn"].startswith("arn:")
            else each
            for each in subscriptions
        ]
    return found


def _queues(sqs: Any) -> Document:
    return {
        url: _less(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"])
        for url in sqs.list_queues().get("QueueUrls", [])
    }


def _rules(events: Any) -> list[Document]:
    return [
        {**rule, "targets": events.list_targets_by_rule(Rule=rule["Name"])["Targets"]}
        for rule in events.list_rules()["Rules"]
    ]


def _schedules(scheduler: Any) -> list[Document]:
    return [
        scheduler.get_schedule(Name=each["Name"], GroupName=each["GroupName"])
        for each in _every(scheduler, "list_schedules", "Schedules")
    ]


def _roles(iam: Any) -> list[Document]:
    found = []
    for role in _every(iam, "list_roles", "Roles"):
        names = iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]
        attached = iam.list_attached_role_policies(RoleName=role["RoleName"])["AttachedPolicies"]
        inline = {
            name: iam.get_role_policy(RoleName=role["RoleName"], PolicyName=name)["PolicyDocument"] for name in names
        }
        found.append({**role, "policies": inline, "attached": attached})
    return found


def _secrets(secrets: Any) -> list[Document]:
    found = []
    for each in _every(secrets, "list_secrets", "SecretList"):
        text = secrets.get_secret_value(SecretId=each["Name"])["SecretString"]
        keys = [pair.partition(":")[0] for pair in text.split(",")] if each["Name"].endswith("/keys") else []
        found.append({**each, "keys": keys})
    return found


def _every(client: Any, operation: str, key: str, **parameters: Any) -> list[Document]:
    if not client.can_paginate(operation):
        found: list[Document] = getattr(client, operation)(**parameters)[key]
        return found
    return [each for page in client.get_paginator(operation).paginate(**parameters) for each in page.get(key, [])]


def _unnumbered(arn: str) -> str:
    return re.sub(r":\d+$", "", arn)


def _less(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _less(inner) for name, inner in value.items() if name not in VOLATILE}
    if isinstance(value, list):
        return [_less(inner) for inner in value]
    return value


def _sorted(value: Any) -> Any:
    """Return a document whose lists are in the order of their texts: AWS lists in an order of its own."""
    if isinstance(value, dict):
        return {name: _sorted(inner) for name, inner in sorted(value.items())}
    if isinstance(value, list):
        return sorted((_sorted(inner) for inner in value), key=lambda each: json.dumps(each, sort_keys=True))
    return value


def differences(one: Any, other: Any, where: str = "") -> Iterator[str]:
    """Yield where two shapes differ, one line each."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in sorted({*one, *other}, key=str):
            yield from differences(one.get(name), other.get(name), f"{where}/{name}")
    elif isinstance(one, list) and isinstance(other, list):
        texts = [[json.dumps(each, sort_keys=True) for each in side] for side in (one, other)]
        yield from (f"{where}: only expected: {each}" for each in texts[0] if each not in texts[1])
        yield from (f"{where}: only found: {each}" for each in texts[1] if each not in texts[0])
        if sorted(texts[0]) != sorted(texts[1]) and set(texts[0]) == set(texts[1]):
            yield f"{where}: {len(one)} expected, {len(other)} found, of the same"
    elif one != other:
        yield f"{where}: expected {json.dumps(one)}, found {json.dumps(other)}"
