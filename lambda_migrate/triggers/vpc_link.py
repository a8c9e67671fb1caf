"""How an API reaches a service without a public address: by a VPC link of API Gateway, to a load balancer or Cloud Map.

"Private integrations for REST APIs", "Create private integrations for HTTP APIs", API Gateway developer guide. The load
balancer, the link and the API belong to one account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from lambda_migrate.actions.api_gateway.gateway import REST
from lambda_migrate.aws.arn import Arn
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.gates import rest_api_private_path, service_without_https, vpc_link_unfit
from lambda_migrate.gates.gate import closed
from lambda_migrate.triggers import unread

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.config import Service
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.triggers.base import Destination, VpcLink

CALLS = ("apigatewayv2:GetVpcLink", "apigateway:GetVpcLink", "elbv2:DescribeListeners")
"""What it calls itself, from which the policies of IAM are made."""

VERSION, STATUS, MESSAGE, TARGETS = "link", "link status", "link message", "link targets"
PROTOCOL, PORT, UNREAD = "link protocol", "link port", "link unread"
"""What :func:`look_up` says, by these names."""

AVAILABLE = "AVAILABLE"
_DEFAULT_PORTS = {"http": "80", "https": "443"}


def look_up(aws: Aws, service: Service) -> dict[str, str]:
    """Return what AWS says of the link that migration.yaml names, and of where it leads; nothing where it names none.

    Args:
        aws: Where to look; reads only.
        service: What migration.yaml says of the service.
    """
    link = service.vpc_link
    if link is None:
        return {}
    return unread.told(lambda: {**_of_link(aws, link.id), **_of_listener(aws, link.listener)}, UNREAD)


def _of_link(aws: Aws, identity: str) -> dict[str, str]:
    """Return the link's version and status: HTTP and REST APIs share those of version 2, REST APIs have version 1."""
    link = read_or_none(aws, "apigatewayv2", "get_vpc_link", VpcLinkId=identity)
    if link is not None:
        message = str(link.get("VpcLinkStatusMessage") or "")
        return {VERSION: "2", STATUS: str(link["VpcLinkStatus"]), MESSAGE: message}
    link = read_or_none(aws, "apigateway", "get_vpc_link", vpcLinkId=identity)
    if link is None:
        return {VERSION: ""}
    targets = " ".join(str(each) for each in link.get("targetArns") or ())
    message = str(link.get("statusMessage") or "")
    return {VERSION: "1", STATUS: str(link["status"]), MESSAGE: message, TARGETS: targets}


def _of_listener(aws: Aws, arn: str) -> dict[str, str]:
    if is_cloud_map(arn):
        return {}
    answer = read_or_none(aws, "elbv2", "describe_listeners", ListenerArns=[arn])
    listeners = answer["Listeners"] if answer else []
    if not listeners:
        return {PROTOCOL: ""}
    return {PROTOCOL: str(listeners[0]["Protocol"]), PORT: str(listeners[0].get("Port") or "")}


def is_cloud_map(arn: str) -> bool:
    """Return whether a link leads to a service of Cloud Map rather than to a load balancer."""
    return Arn.parse(arn).service == "servicediscovery"


def balancer(listener: str) -> str:
    """Return the ARN of a listener's load balancer."""
    of = Arn.parse(listener)
    named, _, _ = of.below("listener").rpartition("/")
    return str(of.sibling("elasticloadbalancing", f"loadbalancer/{named}"))


def encrypted(link: VpcLink, looked: Mapping[str, str]) -> bool:
    """Return whether requests go by TLS: as the listener speaks; past one that passes all on, where a name is known."""
    protocol = looked.get(PROTOCOL, "")
    return protocol in ("HTTPS", "TLS") or (protocol != "HTTP" and bool(link.server_name))


def integration(link: VpcLink, looked: Mapping[str, str]) -> dict[str, Any]:
    """Return what CreateIntegration of an HTTP API takes of the way to the service."""
    tls = {"TlsConfig": {"ServerNameToVerify": link.server_name}} if encrypted(link, looked) else {}
    return {"ConnectionType": "VPC_LINK", "ConnectionId": link.id, "IntegrationUri": link.listener, **tls}


def rest_integration(link: VpcLink, looked: Mapping[str, str]) -> dict[str, Any]:
    """Return the same of PutIntegration of a REST API; a link of version 1 knows its load balancer."""
    target = None if looked.get(VERSION) == "1" or is_cloud_map(link.listener) else balancer(link.listener)
    return {"connectionType": "VPC_LINK", "connectionId": link.id, "integrationTarget": target}


def rest_uri(destination: Destination, looked: Mapping[str, str]) -> str:
    """Return how the URI of a REST API's private integration begins.

    It does not say where requests go, but whether by TLS, to which name and to which port of the load balancer.
    """
    link = destination.link
    secure = link is not None and encrypted(link, looked)
    scheme, port = "https" if secure else "http", looked.get(PORT, "")
    host = (link.server_name if link else "") or urlsplit(destination.url).hostname or ""
    return f"{scheme}://{host}" + (f":{port}" if port and port != _DEFAULT_PORTS[scheme] else "")


def blockers(
    destination: Destination, looked: Mapping[str, str] | None, gateway: str, called: str, subject: str
) -> Iterator[Blocker]:
    """Yield why an API would not reach the service by the link.

    Args:
        destination: The service, with its link.
        looked: What :func:`look_up` says; None where nobody has looked.
        gateway: Of which kind the API is, ``REST`` or ``HTTP`` of ``actions.api_gateway.gateway``.
        called: What a person calls the API, with its kind.
        subject: Its name.
    """
    link = destination.link
    if link is None:
        return
    reason = unread.why(looked, UNREAD)
    if looked is None or reason:
        text = f"{called}: VPC link `{link.id}` could not be read: {reason}"
        yield closed(vpc_link_unfit, text, subject)
        return
    for why in _unfit(link, looked, gateway):
        yield closed(vpc_link_unfit, f"{called}: {why}", subject)
    if not (encrypted(link, looked) or destination.plain_http):
        text = f"{called}: listener `{link.listener}` speaks plain HTTP; give it a certificate, or set"
        text = f"{text} `service.plain_http`"
        yield closed(service_without_https, text, subject)
    if gateway == REST:
        text = (
            f"{called}: a REST API's private integration may put the stage's name in front of the path; have the"
            " service answer both paths, or try it with a method of your own, then accept this"
        )
        yield closed(rest_api_private_path, text, subject)


def _unfit(link: VpcLink, looked: Mapping[str, str], gateway: str) -> Iterator[str]:
    """Yield what is wrong with the link, or with where it leads, a clause each."""
    version, status = looked[VERSION], looked.get(STATUS, "")
    if not version:
        yield f"VPC link `{link.id}` does not exist in this account and region"
        return
    if status != AVAILABLE:
        message = f" ({looked[MESSAGE]})" if looked.get(MESSAGE) else ""
        yield f"VPC link `{link.id}` is {status}{message}; wait until it is {AVAILABLE}, or make another"
    if version == "1" and gateway != REST:
        yield f"VPC link `{link.id}` is for REST APIs only (version 1); make one of version 2"
    if is_cloud_map(link.listener):
        if gateway == REST:
            yield "REST APIs cannot reach Cloud Map services; name a load balancer's listener in `service.vpc_link`"
        return
    if not looked[PROTOCOL]:
        yield f"listener `{link.listener}` does not exist in this account and region"
    elif version == "1" and balancer(link.listener) not in looked[TARGETS].split():
        yield f"VPC link `{link.id}` leads to {looked[TARGETS] or 'nothing'}, not to the listener's load balancer"
    if encrypted(link, looked) and not link.server_name:
        yield "its listener uses TLS; set the name on its certificate in `service.vpc_link.server_name`"
