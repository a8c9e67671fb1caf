"""What `init` asks AWS, against answers as AWS gives them and a web server that hands out packages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import pytest

from lambda_migrate.errors import NotAllowed, NotFound
from lambda_migrate.workflow import lift
from tests.workflow.account import LAYER, Account

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws


def look(account: Account, qualifier: str = "") -> lift.DeployedFunction:
    return lift.read_function(cast("Aws", account), "orders", qualifier)


def test_limits_role_network_and_concurrency_are_those_of_the_function(account: Account) -> None:
    found = look(account)

    facts = found.facts
    assert (facts.timeout, facts.memory, facts.architecture, facts.python) == (29.0, 256, "arm64", "3.12")
    assert (facts.reserved_concurrency, facts.peak_concurrency, facts.concurrency) == (5, 17, 5)
    assert facts.policies == {"arn:aws:iam::aws:policy/Queue": None, "tables": {"Statement": []}}
    assert facts.vpc == {"SubnetIds": ["subnet-1"], "VpcId": "vpc-1"}
    assert (facts.environment, facts.layers, found.warnings) == ({"TABLE": "orders"}, (LAYER,), ())


def _api(*operations: tuple[str, Any]) -> dict[str, Any]:
    source = {"ArnLike": {"AWS:SourceArn": "arn:aws:execute-api:eu-west-1:123456789012:a1b2/*/*"}}
    policy = {"Statement": [{"Principal": {"Service": "apigateway.amazonaws.com"}, "Condition": source}]}
    return {"get_policy": {"Policy": json.dumps(policy)}, **dict(operations)}


_FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:orders"
_INTEGRATIONS = (
    "get_integrations",
    [
        {"IntegrationId": "i1", "IntegrationUri": _FUNCTION},
        {"IntegrationId": "i2", "IntegrationUri": f"{_FUNCTION}-archive"},
        {"IntegrationId": "i3"},
    ],
)
_ROUTES = (
    "get_routes",
    [
        {"RouteKey": "ANY /orders/{proxy+}", "Target": "integrations/i1"},
        {"RouteKey": "ANY /archive/{proxy+}", "Target": "integrations/i2"},
        {"RouteKey": "$default"},
    ],
)
_RESOURCES = (
    "get_resources",
    [
        {"path": "/"},
        {
            "path": "/v1/{proxy+}",
            "resourceMethods": {
                "ANY": {"methodIntegration": {"uri": f"arn:aws:apigateway:…/functions/{_FUNCTION}:live/invocations"}},
                "OPTIONS": {},
            },
        },
    ],
)


@pytest.mark.parametrize(
    ("answers", "routes"),
    [
        (_api(_INTEGRATIONS, _ROUTES), ("ANY /orders/{proxy+}",)),
        (_api(("get_integrations", NotFound("it is a REST API")), _RESOURCES), ("ANY /v1/{proxy+}",)),
        (_api(("get_integrations", NotAllowed("no"))), ()),
        (_api(("get_integrations", NotFound("gone")), ("get_resources", NotFound("gone"))), ()),
    ],
    ids=["an HTTP API", "a REST API", "one that may not be read", "one that is gone"],
)
def test_the_routes_that_lead_to_the_function_are_known(
    account: Account, answers: dict[str, Any], routes: tuple[str, ...]
) -> None:
    account.answers |= answers
    assert (look(account).facts.routes, look(account).warnings) == (routes, ())


def _allowing(principal: str) -> dict[str, str]:
    return {"Policy": json.dumps({"Statement": [{"Effect": "Allow", "Principal": {"Service": principal}}]})}


@pytest.mark.parametrize(
    ("answers", "parts"),
    [
        ({}, set()),
        ({"get_policy": _allowing("sns.amazonaws.com")}, {"sns"}),
        ({"get_policy": _allowing("events.amazonaws.com")}, {"api-destination"}),
        ({"get_policy": _allowing("apigateway.amazonaws.com")}, set()),
        (
            {
                "list_event_source_mappings": [{"EventSourceArn": "arn:aws:sqs:eu-west-1:123456789012:orders"}],
                "get_queue_url": {"QueueUrl": "https://sqs.eu-west-1.amazonaws.com/123456789012/orders"},
            },
            {"sqs"},
        ),
        ({"list_event_source_mappings": [{"EventSourceArn": "arn:aws:kinesis:eu-west-1:1:stream/s"}, {}]}, set()),
    ],
)
def test_the_service_gets_the_parts_that_the_triggers_need(
    account: Account, answers: dict[str, Any], parts: set[str]
) -> None:
    account.answers |= answers
    assert look(account).facts.parts == parts


def test_triggers_of_an_alias_count_too(account: Account) -> None:
    account.answers["list_aliases"] = [{"Name": "live"}]
    look(account)
    asked = [parameters for operation, parameters in account.asked if operation == "list_event_source_mappings"]
    assert asked == [{"FunctionName": "orders:live"}, {"FunctionName": "orders"}]


def test_triggers_that_may_not_be_read_are_told(account: Account) -> None:
    account.answers["list_aliases"] = NotAllowed("lambda:ListAliases is denied")
    found = look(account)
    assert found.facts.parts == frozenset()
    assert found.warnings == (
        "what triggers `orders` could not be read (lambda:ListAliases is denied); add what it needs with `init --add`",
    )


@pytest.mark.parametrize(("qualifier", "asked"), [("", {}), ("3", {"Qualifier": "3"}), ("live", {"Qualifier": "live"})])
def test_the_chosen_version_is_asked_for(account: Account, qualifier: str, asked: dict[str, str]) -> None:
    look(account, qualifier)

    assert account.asked[0] == ("get_function", {"FunctionName": "orders", **asked})


def test_a_proxy_version_is_lifted_as_the_function_that_it_stands_for(account: Account) -> None:
    account.configuration["Handler"] = "lambda_migrate_proxy.handler"
    account.configuration["Layers"].append({"Arn": LAYER.replace("shared", "lambda-migrate-proxy-orders")})
    account.configuration["Environment"]["Variables"] |= {
        "LAMBDA_MIGRATE_ORIGINAL_HANDLER": "main.handler",
        "LAMBDA_MIGRATE_SIGNING_KEYS": "k1:secret",
    }

    facts = look(account, "live").facts

    assert (facts.handler, facts.layers, facts.environment) == ("main.handler", (LAYER,), {"TABLE": "orders"})


def test_a_version_that_is_not_there_is_named(account: Account) -> None:
    account.answers["get_function"] = NotFound("no")

    with pytest.raises(NotFound, match="function `orders` has no `9` in eu-west-1"):
        look(account, "9")


def test_a_role_and_metrics_that_may_not_be_read_are_told_and_stop_nothing(account: Account) -> None:
    account.answers["list_attached_role_policies"] = NotAllowed("iam is not allowed")
    account.answers["get_metric_data"] = NotAllowed("cloudwatch is not allowed")

    found = look(account)

    assert (found.facts.policies, found.facts.peak_concurrency) == ({}, None)
    assert found.warnings == (
        "what role `orders` may do could not be read (iam is not allowed)",
        "how many ran at once could not be read (cloudwatch is not allowed)",
    )


def test_a_file_system_of_the_function_is_one_that_the_service_needs_too(account: Account) -> None:
    arn = "arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/fsap-1"
    answer = account.answers["get_function"]
    mounted = [{"Arn": arn, "LocalMountPath": "/mnt/models"}]
    account.answers["get_function"] = {
        **answer,
        "Configuration": {**answer["Configuration"], "FileSystemConfigs": mounted},
    }

    assert look(account).warnings == (
        f"the function has a file system at `/mnt/models` (`{arn}`): mount it there for the service, too",
    )
