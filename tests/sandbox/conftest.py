"""Who receives what the embedded AWS delivers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.sandbox.unkindness import KIND, Unkindness
from tests.sandbox.receiving import REMEMBERS, VERSION_OF, Aliased, Service, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws


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


@pytest.fixture
def unkind(embedded_aws: EmbeddedAws) -> Iterator[Callable[..., None]]:
    """Make the sandbox unkind for the time of a test."""
    yield lambda **settings: embedded_aws.be(Unkindness(**settings))
    embedded_aws.be(KIND)


@pytest.fixture
def function(make_function: Callable[..., str], client: Callable[[str], Any], unique: str) -> str:
    """A function with two versions and an alias `live` on the first."""
    make_function(VERSION_OF)
    lambdas = client("lambda")
    lambdas.publish_version(FunctionName=unique, Description="first")
    lambdas.update_function_configuration(FunctionName=unique, Description="changed")
    lambdas.get_waiter("function_updated_v2").wait(FunctionName=unique, WaiterConfig={"Delay": 0.05})
    lambdas.publish_version(FunctionName=unique, Description="second")
    lambdas.create_alias(FunctionName=unique, Name="live", FunctionVersion="1")
    return unique
