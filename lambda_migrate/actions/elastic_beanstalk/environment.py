"""What the changes of an Elastic Beanstalk environment have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.errors import AwsError

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.session import Aws

TIMEOUT = 7200.0
"""Seconds that an environment may be launching or updating: each batch waits until its longest requests are done."""


def environment(aws: Aws, application: str, name: str) -> Document | None:
    """Return an environment that is not terminated, or None."""
    answer = aws.call(
        "elasticbeanstalk",
        "describe_environments",
        ApplicationName=application,
        EnvironmentNames=[name],
        IncludeDeleted=False,
    )
    return next((each for each in answer["Environments"] if each.get("Status") != "Terminated"), None)


def running(aws: Aws, name: str) -> set[str]:
    """Return the versions that instances run; nothing where the environment has no enhanced health to tell by."""
    try:
        answer = aws.call(
            "elasticbeanstalk", "describe_instances_health", EnvironmentName=name, AttributeNames=["Deployment"]
        )
    except AwsError:
        return set()
    return {str((each.get("Deployment") or {}).get("VersionLabel", "")) for each in answer["InstanceHealthList"]}


def summary(current: Document | None, name: str) -> str:
    """Return what is there, in one line."""
    if current is None:
        return f"no environment {name}"
    return f"environment {name}: version {current.get('VersionLabel') or 'none'}, {current.get('Status', '').lower()}"
