"""User pools of Cognito whose Lambda triggers are the function, of those that its policy names."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lambda_migrate.actions.cognito.point_user_pool import invoked
from lambda_migrate.aws.arn import Arn
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.inventory.finders.one_by_one import Listing, look_at_permitted
from lambda_migrate.triggers.base import Trigger
from lambda_migrate.triggers.cognito import KIND, LABEL, PRINCIPALS, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers import base

__all__ = ["PRINCIPALS", "find"]

LISTING = "Cognito user pools"
CALLS = ("cognito-idp:ListUserPools", "cognito-idp:DescribeUserPool")
"""What it calls, from which the policies of IAM are made."""
PAGE = 60
"""As many as ListUserPools gives at once; it has to be told."""


def find(aws: Aws, function: Function) -> Iterator[Trigger[base.Settings]]:
    """Return the pools whose Lambda triggers are the function; all are looked through where its policy names none."""
    return look_at_permitted(
        aws,
        function,
        PRINCIPALS,
        Listing(LISTING, partial(_all, aws, Arn.parse(function.arn))),
        _invoked,
        lambda arn: f"{LABEL} {_id(arn)}",
    )


def _all(aws: Aws, here: Arn) -> Iterator[str]:
    for each in aws.pages("cognito-idp", "list_user_pools", "UserPools", MaxResults=PAGE):
        yield str(here.sibling("cognito-idp", f"userpool/{each['Id']}"))


def _id(pool: str) -> str:
    return Arn.parse(pool).resource.removeprefix("userpool/")


def _invoked(aws: Aws, function: Function, pool: str) -> Iterator[Trigger[Settings]]:
    """Yield a pool once for each qualifier that its Lambda triggers are."""
    answer = read_or_none(aws, "cognito-idp", "describe_user_pool", UserPoolId=_id(pool))
    if answer is None:
        return
    about = answer["UserPool"]
    for qualifier, functions in function.by_qualifier(invoked(about)):
        detail = f"by {', '.join(sorted(functions))}"
        settings = Settings(source=pool, detail=detail, pool=_id(pool), functions=functions)
        yield Trigger(KIND, f"{pool}/{qualifier or '$LATEST'}", about["Name"], qualifier, settings)
