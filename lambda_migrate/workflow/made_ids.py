"""Asks AWS for the ids that it generated for what the migration made: imports need them, and no plan knows them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lambda_migrate.actions.load_balancer.target_groups import NAMED, group_arn
from lambda_migrate.errors import MigrateError
from lambda_migrate.handover.flips_of_balancers import GROUP
from lambda_migrate.handover.model import Reference

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.handover.model import CloudFormation, Flip, Terraform

ALIAS = "aws_lambda_alias"
SUBSCRIPTION = "aws_sns_topic_subscription"


def with_ids(aws: Aws, things: Iterable[Flip]) -> tuple[Flip, ...]:
    """Return the flips with the ids of target groups and subscriptions, as far as AWS shows them.

    Args:
        aws: Where to look.
        things: The flips.
    """
    return tuple(_with_id(aws, each) for each in things)


def _with_id(aws: Aws, flip: Flip) -> Flip:
    mine, theirs = flip.terraform, flip.cloudformation
    if mine is not None and theirs is not None and mine.type == ALIAS:
        return _as_it_stands(aws, flip, mine, theirs)
    if mine is None or mine.import_id or not flip.made or mine.type not in (GROUP, SUBSCRIPTION):
        return flip
    try:
        arn = _group(aws, mine) if mine.type == GROUP else _subscription(aws, mine)
    except MigrateError:
        arn = ""
    if not arn:
        return flip
    named = replace(flip, terraform=replace(mine, import_id=arn))
    if theirs is None or "TargetGroupArn" not in theirs.identifier:
        return named
    return replace(named, cloudformation=replace(theirs, physical=arn, identifier={"TargetGroupArn": arn}))


def _as_it_stands(aws: Aws, flip: Flip, mine: Terraform, theirs: CloudFormation) -> Flip:
    """Return the alias with the version and the weights that it has: keys may have been rotated since the cutover."""
    try:
        alias = aws.call("lambda", "get_alias", FunctionName=mine.identity["function_name"], Name=mine.identity["name"])
    except MigrateError:
        return flip
    version, weights = str(alias["FunctionVersion"]), (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights")
    listed = [{"FunctionVersion": number, "FunctionWeight": share} for number, share in (weights or {}).items()]
    properties = {**theirs.properties, "FunctionVersion": version}
    properties.pop("RoutingConfig", None)
    routing = {"RoutingConfig": {"AdditionalVersionWeights": listed}} if listed else {}
    return replace(
        flip,
        terraform=replace(mine, attributes={**mine.attributes, "function_version": version}),
        cloudformation=replace(theirs, properties=properties | routing),
    )


def _group(aws: Aws, mine: Terraform) -> str:
    return group_arn(aws, f"{NAMED}{mine.identity['name']}") or ""


def _subscription(aws: Aws, mine: Terraform) -> str:
    endpoint = mine.attributes["endpoint"]
    wanted = endpoint.value if isinstance(endpoint, Reference) else endpoint
    topic = mine.attributes["topic_arn"]
    listed = aws.pages("sns", "list_subscriptions_by_topic", "Subscriptions", TopicArn=topic)
    arns = (
        str(each["SubscriptionArn"])
        for each in listed
        if (each.get("Protocol"), each.get("Endpoint")) == (mine.attributes["protocol"], wanted)
    )
    return next((arn for arn in arns if arn.startswith("arn:")), "")  # one that waits for an answer has no ARN yet
