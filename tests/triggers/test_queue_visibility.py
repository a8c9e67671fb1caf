"""A queue that shows messages again too soon is named before any trigger moves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate import inventory
from lambda_migrate.errors import NotAllowed
from lambda_migrate.triggers import TRIGGERS
from lambda_migrate.triggers.event_source import MappingSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.inventory import Inventory

pytestmark = pytest.mark.sandbox


@pytest.fixture
def found(aws: Aws, make_function: Callable[..., str], client: Callable[[str], Any], unique: str) -> Inventory:
    """A function with a queue whose messages show again after 30 seconds."""
    make_function()
    url = client("sqs").create_queue(QueueName=unique, Attributes={"VisibilityTimeout": "30"})["QueueUrl"]
    arn = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    client("lambda").create_event_source_mapping(EventSourceArn=arn, FunctionName=unique)
    return inventory.take(aws, unique, alias="live")


def said(aws: Aws, found: Inventory, timeout: int) -> list[str]:
    (trigger,) = found.triggers
    function = replace(found.function, timeout=timeout)
    return [str(each) for each in TRIGGERS["sqs"].preflight(aws, trigger, function, "live")]


@pytest.mark.parametrize("timeout", [1, 30])
def test_a_queue_that_waits_for_the_function_is_all_right(aws: Aws, found: Inventory, timeout: int) -> None:
    assert said(aws, found, timeout) == []


def test_one_that_does_not_is_refused_with_both_times(aws: Aws, found: Inventory) -> None:
    name = found.triggers[0].name

    text = f"queue `{name}` shows a message again after 30 s, the function may take 31 s"
    refused = "and Lambda refuses such a mapping; raise the visibility time-out"
    assert said(aws, found, 31) == [f"sqs-visibility: {text}, {refused}"]


def test_what_cannot_be_read_is_not_taken_for_long_enough(
    aws: Aws, found: Inventory, denied: Callable[..., None]
) -> None:
    denied("sqs:GetQueueAttributes")

    (text,) = said(aws, found, 30)

    assert text.startswith(
        f"sqs-visibility: the visibility time-out of queue `{found.triggers[0].name}` could not be read"
    )


@pytest.fixture
def denied(aws: Aws) -> Callable[..., None]:
    """Have a call refused from now on."""

    def deny(call: str) -> None:
        service, _, operation = call.partition(":")

        def refused(**_ignored: Any) -> None:
            raise NotAllowed(f"`{call}` is not allowed")

        aws.client(service).meta.events.register(f"before-call.{service}.{operation}", refused)

    return deny


def test_no_other_kind_of_mapping_asks_anything(aws: Aws, found: Inventory) -> None:
    asking = [
        name
        for name, kind in TRIGGERS.items()
        if kind.settings is MappingSettings and list(kind.preflight(aws, found.triggers[0], found.function, "live"))
    ]

    assert asking == []
