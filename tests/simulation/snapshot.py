"""All of a world that is not volatile, so that two of them can be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.simulation.shelf import Document, Shelf
    from tests.simulation.world import World

VOLATILE = frozenset(
    {
        "ApiDestinationArn",
        "ConnectionArn",
        "CreateDate",
        "DeploymentId",
        "Doing",
        "From",
        "Known",
        "LastModified",
        "Number",
        "Pending",
        "RevisionId",
        "RoleId",
        "Until",
        "VersionId",
    }
)
"""Ids that AWS draws, times, and states that pass."""


def taken(world: World) -> dict[str, Any]:
    """Return everything in a world, by service and kind, then by name."""
    services = world.services
    functions, gateway, events = services.lambda_, services.apigatewayv2, services.events
    shelves = {
        "functions": functions.latest,
        "versions": functions.versions,
        "aliases": functions.aliases,
        "policies": functions.policies,
        "asynchronous settings": functions.asynchronous,
        "layers": functions.layers,
        "mappings": functions.mappings,
        "apis": gateway.apis,
        "integrations": gateway.integrations,
        "routes": gateway.routes,
        "stages": gateway.stages,
        "REST APIs": services.apigateway.apis,
        "REST resources": services.apigateway.resources,
        "REST deployments": services.apigateway.deployments,
        "REST stages": services.apigateway.stages,
        "topics": services.sns.topics,
        "rules": events.rules,
        "targets": events.targets,
        "connections": events.connections,
        "api destinations": events.destinations,
        "schedules": services.scheduler.schedules,
        "roles": services.iam.roles,
        "role policies": services.iam.policies,
        "secrets": services.secretsmanager.secrets,
    }
    found = {name: _plain(shelf) for name, shelf in shelves.items()}
    found["policies"] = {name: each for name, each in found["policies"].items() if each["Statement"]}
    found["subscriptions"] = _subscriptions(services.sns.subscriptions)
    return found


def _plain(shelf: Shelf) -> dict[str, Document]:
    return {name: _kept(each) for name, each in shelf.truth.items()}


def _kept(document: Document) -> Document:
    kept = {name: each for name, each in document.items() if name not in VOLATILE}
    if "Layers" in kept:
        kept["Layers"] = [each["Arn"] for each in kept["Layers"]]
    return kept


def _subscriptions(shelf: Shelf) -> dict[str, Document]:
    """Return the subscriptions by what they are, because AWS draws their ARNs."""
    found = {}
    for each in shelf.truth.values():
        name = f"{each['TopicArn'].rpartition(':')[2]} → {each['Endpoint']}"
        kept = {key: value for key, value in _kept(each).items() if key != "SubscriptionArn"}
        found[name] = kept | {"Pending": each["Pending"]}
    return found


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Return what differs, one line each: what is missing, what is more, what is otherwise."""
    found = []
    for kind, was in before.items():
        now = after[kind]
        found += [f"{kind}: {name} is gone" for name in was if name not in now]
        found += [f"{kind}: {name} is left" for name in now if name not in was]
        found += [
            f"{kind}: {name} was {was[name]}, is {now[name]}" for name in was if name in now and was[name] != now[name]
        ]
    return found
