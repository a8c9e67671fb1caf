"""Who receives what the embedded AWS delivers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.receiving import REMEMBERS, Aliased, Service, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def service() -> Iterator[Service]:
    with running(Service()) as started:
        yield started


@pytest.fixture
def aliased(client: Callable[[str], Any], make_function: Callable[..., str], unique: str) -> Aliased:
    url = client("sqs").create_queue(QueueName=f"{unique}-seen")["QueueUrl"]
    arn = make_function(REMEMBERS, Environment={"Variables": {"SEEN": url}})
    functions = client("lambda")
    functions.publish_version(FunctionName=unique)
    functions.update_function_configuration(FunctionName=unique, Description="second")
    waiter = functions.get_waiter("function_updated_v2")
    waiter.wait(FunctionName=unique, WaiterConfig={"Delay": 0.05, "MaxAttempts": 200})
    functions.publish_version(FunctionName=unique)
    weights = {"AdditionalVersionWeights": {"2": 1.0}}
    functions.create_alias(FunctionName=unique, Name="live", FunctionVersion="1", RoutingConfig=weights)

    def seen() -> list[dict[str, Any]]:
        found = client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        for message in found:
            client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in found]

    return Aliased(unique, arn, f"{arn}:live", seen)
