"""The role that a guard's schedule acts with, and the name of both."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from lambda_migrate.actions.iam.create_role import CreateRole
from lambda_migrate.actions.iam.put_role_policy import PutRolePolicy
from lambda_migrate.aws.arn import Arn, function_name

if TYPE_CHECKING:
    from lambda_migrate.actions import Action

NAME_LENGTH = 64
"""What IAM allows for a role's name, and Scheduler for a schedule's."""


def name_of(function: str) -> str:
    """Return the name of a function's schedule, and of the role that it acts with; IAM does not tell case apart."""
    name = f"lambda-migrate-{function}-guard"
    if len(name) <= NAME_LENGTH and function == function.lower():
        return name
    digest = hashlib.sha256(function.encode()).hexdigest()[:8]
    return f"lambda-migrate-{function[: NAME_LENGTH - 30]}-{digest}-guard"


def role_of(arn: str, boundary: str = "") -> tuple[Action, ...]:
    """Return what makes the role that the schedule acts with: it may update this function's aliases, and no more.

    Args:
        arn: The function's, unqualified.
        boundary: ARN of the role's permissions boundary; "" for none.
    """
    account, function = Arn.parse(arn).account, function_name(arn)
    trusted = {
        "Effect": "Allow",
        "Principal": {"Service": "scheduler.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": account}},
    }
    allowed = {"Effect": "Allow", "Action": "lambda:UpdateAlias", "Resource": arn}
    name = name_of(function)
    return (
        CreateRole(name, {"Version": "2012-10-17", "Statement": [trusted]}, boundary),
        PutRolePolicy(name, "update-alias", {"Version": "2012-10-17", "Statement": [allowed]}),
    )
