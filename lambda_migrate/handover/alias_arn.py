"""The ARN of the alias, which an action does not hold, in what an import of CloudFormation takes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lambda_migrate.handover.model import CloudFormation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_migrate.handover.model import Flip


def import_arns(things: Sequence[Flip], function_arn: str) -> tuple[Flip, ...]:
    """Return the flips with the alias' ARN in what an import of CloudFormation takes."""
    return tuple(_with_arn(each, function_arn) for each in things)


def _with_arn(flip: Flip, function_arn: str) -> Flip:
    mine = flip.cloudformation
    if mine is None or "AliasArn" not in mine.identifier:
        return flip
    named = f"{function_arn}:{mine.properties['Name']}"
    again = CloudFormation(mine.type, named, {"AliasArn": named}, mine.properties)
    return replace(flip, cloudformation=again)
