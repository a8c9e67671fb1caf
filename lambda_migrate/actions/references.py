"""Finds again what AWS gave a name of its own choosing: by the marker that stands in its description.

A plan is made before the thing exists, so a later action of the same plan names it ``marker:<description>`` (or
``role:<name>``, ``api-destination:<name>``), which is resolved when the action runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import VERSIONS, calls
from lambda_migrate.errors import Drifted, NotFound

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

MARKER = "marker:"
_INTEGRATIONS = "integrations/"


def versions_marked(aws: Aws, function: str, marker: str) -> list[Document]:
    """Return the published versions of a function whose description is the marker, the oldest first."""
    versions = aws.pages("lambda", "list_versions_by_function", "Versions", FunctionName=function)
    return [each for each in versions if each["Version"] != "$LATEST" and each.get("Description") == marker]


def version_number(aws: Aws, function: str, reference: str) -> str | None:
    """Return the number of a version, given as itself or by marker; None where no version carries the marker."""
    if not reference.startswith(MARKER):
        return reference
    marked = versions_marked(aws, function, reference.removeprefix(MARKER))
    return str(marked[-1]["Version"]) if marked else None


def calls_of_version(function: str, reference: str) -> tuple[Call, ...]:
    """Return the calls that finding a version takes, and waiting until it is ready."""
    looked = calls("lambda", "GetFunctionConfiguration", FunctionName=function, Qualifier=VERSIONS)
    marked = reference.startswith(MARKER)
    return (*(calls("lambda", "ListVersionsByFunction", FunctionName=function) if marked else ()), *looked)


def gone(text: str) -> Drifted:
    """Return the error that what the plan counts on is not there.

    Args:
        text: What is not there, as the message of an error.
    """
    return Drifted(text, hint="it was deleted since the plan was made; run `lambda-migrate plan` again")


def missing_version(function: str, reference: str) -> Drifted:
    """Return the error that a version is not there."""
    return gone(f"`{function}` has no version `{reference.removeprefix(MARKER)}`")


def layer_versions_marked(aws: Aws, layer: str, marker: str) -> list[Document]:
    """Return the versions of a layer whose description is the marker, the newest first."""
    try:
        versions = list(aws.pages("lambda", "list_layer_versions", "LayerVersions", LayerName=layer))
    except NotFound:
        return []
    return [each for each in versions if each.get("Description") == marker]


def layer_version_arn(aws: Aws, layer: str, marker: str) -> str | None:
    """Return the ARN of the layer version that carries the marker, or None."""
    marked = layer_versions_marked(aws, layer, marker)
    return str(marked[0]["LayerVersionArn"]) if marked else None


def integrations_marked(aws: Aws, api: str, marker: str) -> list[Document]:
    """Return the integrations of an HTTP API whose description is the marker."""
    integrations = aws.pages("apigatewayv2", "get_integrations", "Items", ApiId=api)
    return [each for each in integrations if each.get("Description") == marker]


def route_target(aws: Aws, api: str, reference: str) -> str | None:
    """Return a route's target, ``integrations/<id>``, given as itself or by marker; None where nothing carries it."""
    if not reference.startswith(MARKER):
        return reference
    marked = integrations_marked(aws, api, reference.removeprefix(MARKER))
    return f"{_INTEGRATIONS}{marked[0]['IntegrationId']}" if marked else None


def rule_target(aws: Aws, target: Document) -> Document | None:
    """Return an EventBridge target with the ARNs of what it names; None where that does not exist yet."""
    resolved = dict(target)
    for field, prefix, find in (
        ("Arn", "api-destination:", api_destination_arn),
        ("RoleArn", "role:", role_arn),
    ):
        reference = str(target.get(field, ""))
        if not reference.startswith(prefix):
            continue
        arn = find(aws, reference.removeprefix(prefix))
        if arn is None:
            return None
        resolved[field] = arn
    return resolved


def api_destination_arn(aws: Aws, name: str) -> str | None:
    """Return the ARN of an API destination, or None."""
    answer = read_or_none(aws, "events", "describe_api_destination", Name=name)
    return str(answer["ApiDestinationArn"]) if answer else None


def connection_arn(aws: Aws, name: str) -> str | None:
    """Return the ARN of an EventBridge connection, or None."""
    answer = read_or_none(aws, "events", "describe_connection", Name=name)
    return str(answer["ConnectionArn"]) if answer else None


def role_arn(aws: Aws, name: str) -> str | None:
    """Return the ARN of a role, or None."""
    answer = read_or_none(aws, "iam", "get_role", RoleName=name)
    return str(answer["Role"]["Arn"]) if answer else None
