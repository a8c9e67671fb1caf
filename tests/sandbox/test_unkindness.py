"""Each unkindness of the sandbox, seen: what AWS does and an emulator would spare one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from lambda_migrate.errors import ConfigError
from lambda_migrate.sandbox.unkindness import KIND, Unkindness, parse
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws

VERSION_OF = "def handler(event, context):\n  return context.function_version\n"


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


def refused(call: Callable[[], Any]) -> str:
    with pytest.raises(ClientError) as caught:
        call()
    return str(caught.value.response["Error"]["Code"])


def ran(client: Callable[[str], Any], function: str) -> str:
    return str(json.load(client("lambda").invoke(FunctionName=function, Qualifier="live")["Payload"]))


def test_an_alias_moves_late(client: Callable[[str], Any], function: str, unkind: Callable[..., None]) -> None:
    unkind(alias_lag=1.0)
    client("lambda").update_alias(FunctionName=function, Name="live", FunctionVersion="2")

    at_once = ran(client, function), client("lambda").get_alias(FunctionName=function, Name="live")["FunctionVersion"]

    assert at_once == ("1", "2")
    eventually(lambda: ran(client, function) == "2")


def test_an_alias_with_provisioned_concurrency_shows_weights_that_nobody_set(
    client: Callable[[str], Any], function: str, unkind: Callable[..., None]
) -> None:
    lambdas = client("lambda")
    lambdas.put_provisioned_concurrency_config(
        FunctionName=function, Qualifier="live", ProvisionedConcurrentExecutions=1
    )
    unkind(transient_weights=1.0)
    lambdas.update_alias(FunctionName=function, Name="live", FunctionVersion="2")

    def shown() -> tuple[str, Any]:
        alias = lambdas.get_alias(FunctionName=function, Name="live")
        return alias["FunctionVersion"], alias.get("RoutingConfig")

    assert shown() == ("1", {"AdditionalVersionWeights": {"2": 1.0}})
    eventually(lambda: shown() == ("2", None))


def test_a_pruner_deletes_what_no_alias_names(
    client: Callable[[str], Any], function: str, unkind: Callable[..., None]
) -> None:
    lambdas = client("lambda")
    unkind(versions_kept=1)

    kept = lambdas.update_alias(FunctionName=function, Name="live", FunctionVersion="1") and _versions(
        lambdas, function
    )
    pruned = lambdas.update_alias(FunctionName=function, Name="live", FunctionVersion="2") and _versions(
        lambdas, function
    )

    assert (kept, pruned) == (["$LATEST", "1", "2"], ["$LATEST", "2"])


def _versions(lambdas: Any, function: str) -> list[str]:
    return [each["Version"] for each in lambdas.list_versions_by_function(FunctionName=function)["Versions"]]


def test_a_subscription_that_nobody_confirms_stays_and_cannot_be_deleted(
    client: Callable[[str], Any], unkind: Callable[..., None], unique: str
) -> None:
    sns = client("sns")
    topic = sns.create_topic(Name=unique)["TopicArn"]
    unkind(confirmations_lost=True)
    arn = sns.subscribe(
        TopicArn=topic, Protocol="http", Endpoint="http://127.0.0.1:9/events", ReturnSubscriptionArn=True
    )["SubscriptionArn"]

    code = refused(lambda: sns.unsubscribe(SubscriptionArn=arn))
    listed = [each["SubscriptionArn"] for each in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]]

    assert (code, listed) == ("InvalidParameter", ["PendingConfirmation"])


def test_a_call_is_denied_and_another_is_not(
    client: Callable[[str], Any], function: str, unkind: Callable[..., None]
) -> None:
    unkind(denied=("lambda:UpdateAlias", "sns:CreateTopic"))
    lambdas = client("lambda")

    codes = [
        refused(lambda: lambdas.update_alias(FunctionName=function, Name="live", FunctionVersion="2")),
        refused(lambda: client("sns").create_topic(Name=function)),
    ]

    assert codes == ["AccessDeniedException", "AccessDenied"]
    assert lambdas.get_alias(FunctionName=function, Name="live")["FunctionVersion"] == "1"


def test_changes_are_throttled_and_looks_are_not(
    client: Callable[[str], Any], function: str, unkind: Callable[..., None]
) -> None:
    unkind(throttled=1)
    lambdas = client("lambda")

    code = refused(lambda: lambdas.delete_alias(FunctionName=function, Name="live"))

    assert code == "TooManyRequestsException"
    assert lambdas.get_alias(FunctionName=function, Name="live")["FunctionVersion"] == "1"


def test_settings_survive_the_wire_and_unknown_ones_are_refused() -> None:
    settings = Unkindness(
        1.5, 2.0, confirmations_lost=True, versions_kept=3, denied=("sns:Subscribe",), throttled=4, metrics_lag=60.0
    )

    assert parse(settings.to_json()) == settings
    assert parse("") == KIND
    for wrong in ("{", "[]", '{"alias_lags": 1}'):
        with pytest.raises(ConfigError):
            parse(wrong)
