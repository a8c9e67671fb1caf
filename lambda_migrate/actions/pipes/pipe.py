"""What the actions on pipes share: how one is read, and when AWS is at work on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.aws.documents import read_or_none

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.session import Aws

AT_WORK = ("CREATING", "UPDATING", "DELETING", "STARTING", "STOPPING")
FAILED = "_FAILED"
PRINCIPAL = "pipes.amazonaws.com"
TIMEOUT = 900.0
"""Seconds that AWS may take to make, start or stop a pipe; no time is documented, and it takes minutes."""


def read(aws: Aws, name: str) -> Document | None:
    """Return a pipe, or None if there is none."""
    answer = read_or_none(aws, "pipes", "describe_pipe", Name=name)
    return answer and {member: value for member, value in answer.items() if member != "ResponseMetadata"}


def failure(document: Document) -> str:
    """Return in which state a change of a pipe has failed, and why; "" where none has."""
    state = str(document.get("CurrentState", ""))
    return f"{state}: {document.get('StateReason') or 'no reason given'}" if state.endswith(FAILED) else ""
