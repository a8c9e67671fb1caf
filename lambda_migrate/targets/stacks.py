"""Stacks of CloudFormation, from templates that lie in S3 under the hash of what is in them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from lambda_migrate.actions.cloudformation.put_stack import PutStack, remedy, side_of, stack_named
from lambda_migrate.errors import AwsError
from lambda_migrate.gates import change_under_way, name_taken
from lambda_migrate.gates.gate import closed
from lambda_migrate.hashing import sha256
from lambda_migrate.targets import storage
from lambda_migrate.targets.base import Event
from lambda_migrate.targets.roles import named

NAME_LIMIT = 128
"""Longest name of a stack, in characters."""

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.targets.base import Deployment
    from lambda_migrate.targets.pending import PendingSteps


def name_of(deployment: Deployment, what: str) -> str:
    """Return the name of a stack of the function: CloudFormation allows no underscore, and no two may share one.

    Args:
        deployment: What is deployed.
        what: What the stack is for: ``service``.
    """
    name = deployment.name
    own = f"{name.replace('_', '-')}-{sha256(name)[:8]}" if "_" in name else name
    return named("lambda-migrate", own, what, limit=NAME_LIMIT)


def put(
    pending: PendingSteps, deployment: Deployment, bucket: str, name: str, content: bytes, parameters: dict[str, str]
) -> dict[Path, bytes]:
    """Add the steps that upload a template and bring a stack to it.

    Args:
        pending: Takes the steps.
        deployment: What is deployed.
        bucket: Where the template goes.
        name: Name of the stack.
        content: The template.
        parameters: Its parameters; none is a secret.

    Returns:
        The files that have to be on this machine by then.
    """
    digest = hashlib.sha256(content).hexdigest()
    stack = stack_named(pending.aws, name)
    before = side_of(stack)
    same = before is not None and (before["sha256"], before["parameters"]) == (digest, parameters)
    if same and not (stack and remedy(stack)):
        return {}
    key, files = storage.upload(pending, deployment, bucket, f"{name}.yaml", content)
    if stack is not None and remedy(stack):
        text = f"stack `{name}` is in {stack['StackStatus']}: {remedy(stack)}, then run this again"
        pending.blockers.append(str(closed(change_under_way, text, name)))
        return files
    if stack is not None and before is None:
        text = f"stack `{name}` is there already, and not made by lambda-migrate"
        pending.blockers.append(str(closed(name_taken, text, name)))
        return files
    url = f"https://s3.{pending.aws.region_name}.{pending.aws.dns_suffix}/{bucket}/{key}"
    after = {"template": url, "sha256": digest, "parameters": parameters}
    pending.need(PutStack(name, before, after), "CloudFormation takes some minutes")
    return files


def events(aws: Aws, name: str, since: float) -> Iterator[Event]:
    """Yield what happened to a stack since then (seconds since the epoch), the newest first; nothing where none is."""
    try:
        for each in aws.pages("cloudformation", "describe_stack_events", "StackEvents", StackName=name):
            at = each["Timestamp"].timestamp()
            if at < since:
                return
            status, reason = each.get("ResourceStatus", ""), each.get("ResourceStatusReason", "")
            text = f"{each.get('LogicalResourceId', name)}: {status}" + (f" ({reason})" if reason else "")
            yield Event(at, text, bad=status.endswith("FAILED"))
    except AwsError:
        return
