"""Delivery streams of Firehose whose records the function transforms; Firehose invokes by a role, and has no index."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.document import at
from lambda_migrate.actions.firehose.point_transformation import PROCESSING, function_at
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.inventory.finders.one_by_one import Named, look_at_each
from lambda_migrate.inventory.finders.unlooked import looked
from lambda_migrate.triggers.base import Trigger
from lambda_migrate.triggers.firehose import KIND, LABEL, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function
    from lambda_migrate.inventory.grants import Grants
    from lambda_migrate.triggers import base

PRINCIPALS = ("firehose.amazonaws.com",)
LISTING = "Firehose"
CALLS = ("firehose:ListDeliveryStreams", "firehose:DescribeDeliveryStream")


def find_by_role(aws: Aws, function: Function, grants: Grants) -> Iterator[Trigger[base.Settings]]:
    """Yield the streams that the function transforms; none are listed where no role of Firehose may invoke it."""
    if grants.through(PRINCIPALS[0]):
        yield from looked(LISTING, partial(_find, aws, function))


def _find(aws: Aws, function: Function) -> Iterator[Trigger[base.Settings]]:
    yield from look_at_each(
        aws, "delivery streams", _names(aws), partial(_of_stream, aws, function), lambda name: Named(f"{LABEL} {name}")
    )


def _names(aws: Aws) -> Iterator[str]:
    """Yield the names of all streams; a page goes on after the last name of the one before."""
    after: str | None = None
    while True:
        page = read_or_none(aws, "firehose", "list_delivery_streams", ExclusiveStartDeliveryStreamName=after) or {}
        names = [str(each) for each in page.get("DeliveryStreamNames") or ()]
        yield from names
        if not page.get("HasMoreDeliveryStreams") or not names:
            return
        after = names[-1]


def _of_stream(aws: Aws, function: Function, name: str) -> Iterator[Trigger[Settings]]:
    answer = aws.call("firehose", "describe_delivery_stream", DeliveryStreamName=name)
    document: dict[str, Any] = answer["DeliveryStreamDescription"]
    path = function_at(document)
    arn = str(at(document, path) or "") if path else ""
    qualifier = function.qualifier_of(arn)
    if qualifier is not None:
        settings = Settings(source=str(document["DeliveryStreamARN"]), function=arn, role=_role(document, path))
        yield Trigger(KIND, settings.source, name, qualifier, settings)


def _role(document: dict[str, Any], path: tuple[str | int, ...]) -> str:
    """Return the role that invokes: the processor's own, else that of the destination."""
    _, place, member, *_ = path
    described = document["Destinations"][place][member]
    parameters = [
        parameter
        for processor in described[PROCESSING].get("Processors") or ()
        for parameter in processor.get("Parameters") or ()
    ]
    own = next((each.get("ParameterValue") for each in parameters if each.get("ParameterName") == "RoleArn"), "")
    return str(own or described.get("RoleARN") or "")
