"""Inventories at the points of a migration, and the migration.yaml that goes with them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lambda_migrate.config import Migration, parse
from lambda_migrate.function import documents
from lambda_migrate.function.model import Alias, Function, Qualified, Version
from lambda_migrate.inventory import Inventory
from lambda_migrate.inventory.invocations import InvocationCounts
from lambda_migrate.planner.proxy import marker_of
from tests.inventory import fake_aws
from tests.triggers import known

if TYPE_CHECKING:
    from lambda_migrate.triggers.base import Trigger

LAYER = "0123456789abcdef" * 4
TOPIC = f"arn:aws:sns:{known.REGION}:news"
REDRIVE = f'{{"deadLetterTargetArn":"arn:aws:sqs:{known.REGION}:dead"}}'
QUEUE = f"arn:aws:sqs:{known.REGION}:jobs"

SETTINGS = """
function: orders
service:
  url: https://orders.internal
  public_url: https://orders.example.com
  api_key: secretsmanager:orders/api
proxy: {signing_keys: "secretsmanager:orders/keys"}
"""

PERMISSIONS = (
    fake_aws.statement("http", "apigateway.amazonaws.com", f"arn:aws:execute-api:{known.REGION}:a1b2c3/*/*"),
    fake_aws.statement("news", "sns.amazonaws.com", TOPIC),
    fake_aws.statement("paid", "events.amazonaws.com", f"arn:aws:events:{known.REGION}:rule/shop/paid"),
)
ASYNC = {"MaximumRetryAttempts": 1, "MaximumEventAgeInSeconds": 3600, "DestinationConfig": {}}


def settings(extra: str = "") -> Migration:
    return parse(SETTINGS + extra)


def version(number: str, proxy_events: str = "", **changed: Any) -> Version:
    """Return a version of the function's present code: the original, or one that proxies."""
    description = f"lambda-migrate proxy {proxy_events} {number * 16}" if proxy_events else ""
    made = documents.version(fake_aws.configuration(Version=number, Description=description))
    if proxy_events:
        made = replace(made, handler="lambda_migrate_proxy.handler", configuration_sha256=number * 64)
    return replace(made, **changed)


def inventory(
    *triggers: Trigger[Any], versions: tuple[Version, ...] = (), alias: Alias | None = None, **changed: Any
) -> Inventory:
    qualified = {"": Qualified(policy=PERMISSIONS, event_invoke=ASYNC)}
    if alias:
        clones = tuple({**each, "Resource": f"{known.ARN}:{alias.name}"} for each in PERMISSIONS)
        qualified[alias.name] = Qualified(policy=clones, event_invoke=ASYNC)
    pinned = (Alias(documents.PIN, versions[0].number),) if any(each.proxy_events for each in versions) else ()
    aliases = (alias, *pinned) if alias else pinned
    function: Function = known.function(**{"versions": versions, "aliases": aliases, "qualified": qualified, **changed})
    return Inventory(function=function, triggers=triggers)


def triggers(qualifier: str) -> tuple[Trigger[Any], ...]:
    return (
        known.http_api(qualifier),
        known.sns(qualifier, RedrivePolicy=REDRIVE),
        known.eventbridge(qualifier, DeadLetterConfig={"Arn": f"arn:aws:sqs:{known.REGION}:dead"}),
        known.sqs(qualifier),
    )


FRESH = inventory(*triggers(""))
PROXIED = inventory(*triggers(""), versions=(version("1"), version("2", "non-api")))
CUT_OVER = inventory(
    *triggers("live"),
    known.sns("", enabled=False),
    versions=(version("1"), version("2", "non-api"), version("3", "all")),
    alias=Alias("live", "3"),
)
HALF_WAY = inventory(
    *triggers("live"),
    versions=(version("1"), version("2", "non-api"), version("3", "all")),
    alias=Alias("live", "2", {"3": 0.1}),
)


def signed(*keys: str, weights: dict[str, float] | None = None) -> Inventory:
    """Return the inventory where all is cut over to the proxy, one version for each key, the last of them live."""
    found = inventory()
    versions = [version("1")]
    for number, key in enumerate(keys, start=2):
        marker = marker_of(found, settings(), "all", LAYER, key)
        versions.append(version(str(number), "all", description=marker, signing_key=key))
    return inventory(
        *triggers("live"), versions=tuple(versions), alias=Alias("live", versions[-1].number, weights or {})
    )


DIRECT = inventory(
    known.http_api("live", routes=()),
    known.sns("", enabled=False),
    known.sns("live", enabled=False),
    known.sqs("live", enabled=False),
    versions=(version("1"), version("2", "non-api"), version("3", "all")),
    alias=Alias("live", "3"),
)
QUICK: dict[str, dict[str, str]] = {"sns": {"longest": "0.8"}, "eventbridge": {"longest": "0.8"}, "http_api": {}}
"""What the kinds have looked up: how long the function takes, and that no API has a domain of its own."""

QUIET = InvocationCounts(
    since="2025-12-11T00:00:00+00:00",
    until="2026-01-15T00:00:00+00:00",
    quiet=35 * 86400.0,
    invocations={"*": 0.0, "orders": 0.0, "orders:live": 0.0},
    known=True,
)
