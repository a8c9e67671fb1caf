"""What API Gateway does in front of the function: what its integration changes, and what keeps callers out.

An HTTP or REST API goes on doing all of it in front of the service. But the service has a URL of its own, where nobody
does it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_migrate.errors import AwsError, NotAllowed
from lambda_migrate.gates import http_api_bypassed, http_api_claims, http_api_mapping, service_door_closed
from lambda_migrate.gates.gate import closed
from lambda_migrate.triggers import vpc_link
from lambda_migrate.triggers.unread import UNREAD, why

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.config import Service
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Destination, Trigger

DOOR_HEADER = "overwrite:header.x-lambda-migrate-door-key"
"""The request parameter that adds the key; the service's door asks for that header."""

PATH = "overwrite:path"
KEYED = "mapping-key="
CLAIMS = "$context.authorizer."
_COPIED = re.compile(r"(append|overwrite|remove):(header|querystring)\..+")

PROTECTIONS = {
    "authorizer": "lets in whom its authorizer knows",
    "throttling": "throttles",
    "mutual-tls": "asks for a client certificate",
    "api-key": "asks for an API key",
    "waf": "asks a web ACL of WAF",
    "resource-policy": "lets in whom its resource policy names",
}
"""What keeps callers out, as a gate's name goes on, and what API Gateway does then."""

COMFORTS = {
    "cors": "answers CORS preflights",
    "access-logs": "writes access logs",
    "custom-domain": "has a domain",
    "cache": "caches answers",
    "validation": "validates requests",
}


@dataclass(frozen=True)
class Front:
    """What stands in front of one integration.

    Attributes:
        name: What a person calls the API.
        api: Its id.
        authorizations: Keys of its routes that are authorized, and how.
        features: Of ``PROTECTIONS`` and ``COMFORTS``, those that its stages and the API itself have.
        requests: What the integration changes in requests (``RequestParameters``).
        answers: What it changes in answers (``ResponseParameters``).
        tls: Its ``TlsConfig``.
        label: What a person calls an API of its kind.
    """

    name: str
    api: str
    authorizations: tuple[tuple[str, str], ...]
    features: tuple[str, ...]
    requests: Mapping[str, str]
    answers: Mapping[str, Any]
    tls: Mapping[str, str]
    label: str = "HTTP API"

    @property
    def called(self) -> str:
        """What a person calls it, with its kind."""
        return f"{self.label} `{self.name}`"


def look_up(aws: Aws, _function: Function, service: Service, _triggers: Sequence[Trigger[Any]] = ()) -> dict[str, str]:
    """Return what custom domains do in front of APIs, by the APIs' ids: ``custom-domain mutual-tls mapping-key=v1``.

    Returns:
        What :func:`lambda_migrate.triggers.vpc_link.look_up` says, too.
        ``unread``, the reason, too, where AWS does not tell.
    """
    link = vpc_link.look_up(aws, service)
    behaviours: dict[str, set[str]] = {}
    try:
        for domain in aws.pages("apigatewayv2", "get_domain_names", "Items"):
            does = {"custom-domain"} | ({"mutual-tls"} if domain.get("MutualTlsAuthentication") else set())
            name = domain["DomainName"]
            for mapping in aws.pages("apigatewayv2", "get_api_mappings", "Items", DomainName=name):
                key = mapping.get("ApiMappingKey")
                behaviours.setdefault(mapping["ApiId"], set()).update(does, {f"{KEYED}{key}"} if key else ())
    except (AwsError, NotAllowed) as error:
        return {**link, UNREAD: error.message}
    return {**link, **{api: " ".join(sorted(does)) for api, does in behaviours.items()}}


def features(api: Mapping[str, Any], stages: list[dict[str, Any]]) -> tuple[str, ...]:
    """Return what an API and its stages do, as AWS describes them."""
    names = {"cors"} if api.get("CorsConfiguration") else set()
    for stage in stages:
        routes = [stage.get("DefaultRouteSettings") or {}, *(stage.get("RouteSettings") or {}).values()]
        if any(route.get("ThrottlingRateLimit") or route.get("ThrottlingBurstLimit") for route in routes):
            names.add("throttling")
        if stage.get("AccessLogSettings"):
            names.add("access-logs")
    return tuple(sorted(names))


def copied(front: Front) -> dict[str, dict[str, Any]]:
    """Return what the integration with the service takes over: what changes headers and query strings, and answers."""
    requests = {name: value for name, value in front.requests.items() if _COPIED.fullmatch(name)}
    return {
        "RequestParameters": requests,
        **({"ResponseParameters": dict(front.answers)} if front.answers else {}),
    }


def blockers(front: Front, destination: Destination, resources: Mapping[str, str] | None) -> Iterator[Blocker]:
    """Yield what would be lost, and what would no longer be protected.

    Args:
        front: What stands in front of the integration.
        destination: Where its requests go, and what the service asks of those who come.
        resources: What :func:`look_up` found; None where nobody has looked.
    """
    yield from _lost(front)
    yield from _keyed(front, resources)
    if destination.require == "signed":
        text = (
            f"{front.called}: the service answers 403 to all but the proxy (LAMBDA_MIGRATE_REQUIRE=signed);"
            " set LAMBDA_MIGRATE_REQUIRE=header and `service.door_key`"
        )
        yield closed(service_door_closed, text, front.name, acceptable=False)
    elif destination.require == "header" and not destination.door_key:
        text = (
            f"{front.called}: the service asks for a key (LAMBDA_MIGRATE_REQUIRE=header) that nobody would"
            " add; name its secret in `service.door_key`"
        )
        yield closed(service_door_closed, text, front.name, acceptable=False)
    elif destination.require != "header" and not destination.hidden:
        yield from _bypassed(front, resources)


def _lost(front: Front) -> Iterator[Blocker]:
    other = [name for name in front.requests if not _COPIED.fullmatch(name)]
    other += ["TlsConfig"] if front.tls else []
    if other:
        text = (
            f"{front.called}: its integration has {', '.join(f'`{each}`' for each in other)}, which means"
            " something else in front of a URL and is not copied; do it in the service"
        )
        yield closed(http_api_mapping, text, front.name)
    told = any(str(value).find(CLAIMS) >= 0 for value in front.requests.values())
    if front.authorizations and not told:
        routes = ", ".join(f"`{key}` ({how})" for key, how in front.authorizations)
        text = (
            f"{front.called} authorizes {routes}: the service gets no `requestContext.authorizer`; map the"
            " claims that it needs to headers of the integration, or accept this"
        )
        yield closed(http_api_claims, text, front.name)


def _keyed(front: Front, resources: Mapping[str, str] | None) -> Iterator[Blocker]:
    """Yield where a domain puts a key in front of the path: the service may see the path without it, or with it."""
    for key in sorted(each.removeprefix(KEYED) for each in _does(front, resources) if each.startswith(KEYED)):
        text = (
            f"{front.called}: a custom domain maps key `{key}` to it, so paths of its events begin with `/{key}`;"
            " accept this if that is the application's base path, which the service removes, or if it does not matter"
        )
        yield closed(http_api_mapping, text, front.name)


def _bypassed(front: Front, resources: Mapping[str, str] | None) -> Iterator[Blocker]:
    does = _does(front, resources)
    for feature, what in PROTECTIONS.items():
        if feature in does:
            text = (
                f"{front.called} {what}, and the service's own URL does not; set"
                " LAMBDA_MIGRATE_REQUIRE=header and `service.door_key`, or protect it otherwise and accept this"
            )
            yield closed(http_api_bypassed, text, front.name, of=feature)
    unread = why(resources)
    if unread:
        text = f"{front.called}: whether a custom domain asks for client certificates is unknown ({unread})"
        yield closed(http_api_bypassed, text, front.name, of="mutual-tls")


def _does(front: Front, resources: Mapping[str, str] | None) -> set[str]:
    authorizer = {"authorizer"} if front.authorizations else set()
    return {*front.features, *authorizer, *(resources or {}).get(front.api, "").split()}


def warnings(front: Front, destination: Destination, resources: Mapping[str, str] | None) -> Iterator[str]:
    """Yield what API Gateway goes on doing for its own callers, and nobody does at the service's own URL."""
    if destination.hidden:
        return
    does = [what for feature, what in COMFORTS.items() if feature in _does(front, resources)]
    if does:
        yield f"{front.called} {', '.join(does)} as before; at the service's own URL nobody does"
