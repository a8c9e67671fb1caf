"""What the actions on event source mappings share: they are known by UUID, and take minutes to move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.aws.documents import read_or_none

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.session import Aws

MOVING = ("Creating", "Enabling", "Disabling", "Updating", "Deleting")
"""States in which AWS is at work; there is no waiter for them (EventSourceMappingConfiguration in Lambda's API)."""


def read(aws: Aws, uuid: str) -> Document | None:
    """Return the mapping, or None where it is gone."""
    return read_or_none(aws, "lambda", "get_event_source_mapping", UUID=uuid)


def moving(mapping: Document) -> bool:
    """Return whether AWS is still at work on it."""
    return mapping.get("State") in MOVING


def summary(mapping: Document | None) -> str:
    """Return a mapping in one line."""
    return f"{mapping['FunctionArn']}, {mapping.get('State')}" if mapping else "no such mapping"


def short(arn: str) -> str:
    """Return a function's ARN as a person calls it: ``orders:live``."""
    return arn.partition(":function:")[2] or arn
