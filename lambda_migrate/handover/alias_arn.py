"""The ARN of the alias, which an action does not hold, in what an import of CloudFormation takes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_migrate.handover.model import Flip


_KEYS = {"AliasArn": "Name", "FunctionArn": "Qualifier"}
"""What imports of an alias and of a function URL call it, and the property that has the alias' name."""


def import_arns(things: Sequence[Flip], function_arn: str) -> tuple[Flip, ...]:
    """Return the flips with the alias' ARN in what an import of CloudFormation takes."""
    return tuple(_with_arn(each, function_arn) for each in things)


def _with_arn(flip: Flip, function_arn: str) -> Flip:
    mine = flip.cloudformation
    key = next((each for each in _KEYS if mine and each in mine.identifier), "")
    if mine is None or not key:
        return flip
    named = f"{function_arn}:{mine.properties[_KEYS[key]]}"
    return replace(flip, cloudformation=replace(mine, physical=named, identifier={key: named}))
