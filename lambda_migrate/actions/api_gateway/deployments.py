"""Whether an HTTP API serves what it shows: its stages deploy a change by themselves, a while after it was accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls

if TYPE_CHECKING:
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


def calls_of(api_id: str) -> tuple[Call, ...]:
    """Return the calls that :func:`under_way` makes."""
    return calls("apigatewayv2", "GetStages GetDeployment", ApiId=api_id)


def under_way(aws: Aws, api_id: str) -> bool:
    """Return whether a stage that deploys by itself has a deployment that is not out yet.

    GetStage names the stage's latest deployment, and GetDeployment says how far that is (API Gateway V2 API reference).

    Args:
        aws: A session.
        api_id: The HTTP API.
    """
    for stage in aws.pages("apigatewayv2", "get_stages", "Items", ApiId=api_id):
        latest = stage.get("DeploymentId")
        if not stage.get("AutoDeploy") or not latest:
            continue
        deployment = read_or_none(aws, "apigatewayv2", "get_deployment", ApiId=api_id, DeploymentId=latest)
        if deployment and deployment.get("DeploymentStatus") == "PENDING":
            return True
    return False
