"""Subscription filters of log groups that send to the function, of the groups that its policy names."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lambda_migrate.aws.answers import document
from lambda_migrate.aws.arn import Arn
from lambda_migrate.errors import NotFound
from lambda_migrate.inventory.finders.one_by_one import Listing, look_at_permitted
from lambda_migrate.inventory.finders.unlooked import looked
from lambda_migrate.triggers import policy
from lambda_migrate.triggers.base import Trigger
from lambda_migrate.triggers.logs import KIND, LABEL, PRINCIPALS, Settings, group_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers import base

__all__ = ["PRINCIPALS", "find"]

LISTING = "log groups"
CALLS = ("logs:DescribeLogGroups", "logs:DescribeSubscriptionFilters", "logs:DescribeAccountPolicies")
"""What it calls, from which the policies of IAM are made."""
ACCOUNT_POLICIES = "account policies of CloudWatch Logs"
_ANY = "SUBSCRIPTION_FILTER_POLICY"


def find(aws: Aws, function: Function) -> Iterator[Trigger[base.Settings]]:
    """Yield the filters that send to the function; of all groups where its policy names none."""
    region = Arn.parse(function.arn).region
    principals = ("logs.amazonaws.com", f"logs.{region}.amazonaws.com")
    yield from look_at_permitted(
        aws,
        function,
        principals,
        Listing(LISTING, partial(_all, aws), group_name),
        _filters,
        lambda arn: f"{LABEL} {group_name(arn)}",
    )
    if any(policy.is_pattern(group_name(arn)) for arn in policy.sources_here(function, principals)):
        yield from looked(ACCOUNT_POLICIES, partial(_of_account, aws, function))


def _all(aws: Aws) -> Iterator[str]:
    """Return the ARNs of all groups: there is no index of filters by where they send to."""
    return (str(each["arn"]) for each in aws.pages("logs", "describe_log_groups", "logGroups"))


def _filters(aws: Aws, function: Function, group: str) -> Iterator[Trigger[Settings]]:
    name = group_name(group)
    try:
        filters = list(aws.pages("logs", "describe_subscription_filters", "subscriptionFilters", logGroupName=name))
    except NotFound:
        return
    for each in filters:
        qualifier = function.qualifier_of(each["destinationArn"])
        if qualifier is not None:
            filter_name = each["filterName"]
            settings = Settings(
                source=group,
                detail=f"by filter {filter_name}",
                group=name,
                filter_name=filter_name,
                function=each["destinationArn"],
            )
            yield Trigger(KIND, f"{group}/{filter_name}", name, qualifier, settings)


def _of_account(aws: Aws, function: Function) -> Iterator[Trigger[base.Settings]]:
    """Yield the policies of the account that send from all groups to the function; nothing re-points them."""
    for each in aws.call("logs", "describe_account_policies", policyType=_ANY).get("accountPolicies", ()):
        said = document(each.get("policyDocument") or "{}", "logs:DescribeAccountPolicies", "policyDocument")
        destination = str(said.get("DestinationArn", "")) if isinstance(said, dict) else ""
        qualifier = function.qualifier_of(destination)
        if qualifier is not None:
            name = str(each["policyName"])
            settings = Settings(detail="a policy of the account", group="", filter_name=name, function=destination)
            yield Trigger(KIND, f"account-policy/{name}", name, qualifier, settings)
