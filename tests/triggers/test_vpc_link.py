"""A private service, which APIs reach by a VPC link; pure, but for what is looked up."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.config import parse
from lambda_migrate.errors import NotAllowed
from lambda_migrate.planner.destination import destination
from lambda_migrate.triggers import http_api, rest_api, vpc_link
from lambda_migrate.triggers.base import Destination, Repoint, VpcLink
from lambda_migrate.triggers.rest_api import Part, Stage
from tests.inventory.fake_aws import FakeAws
from tests.triggers import known
from tests.triggers.repointing import actions, gates

if TYPE_CHECKING:
    from collections.abc import Mapping

ARN = f"arn:aws:elasticloadbalancing:{known.REGION}"
LISTENER, BALANCER = f"{ARN}:listener/app/orders/1a/2b", f"{ARN}:loadbalancer/app/orders/1a"
CLOUD_MAP = f"arn:aws:servicediscovery:{known.REGION}:service/srv-1"
LINK = VpcLink("link1", LISTENER, "orders.internal")
LOOKED = {
    "link": "2",
    "link status": "AVAILABLE",
    "link message": "",
    "link protocol": "HTTPS",
    "link port": "443",
}


def goal(looked: Mapping[str, str] | None = LOOKED, **changed: Any) -> Destination:
    resources = {} if looked is None else {"http_api": looked, "rest_api": looked}
    given = {"link": LINK, "hidden": True, "resources": resources, **changed}
    return Destination("https://internal-orders.elb.amazonaws.com", **given)


def of_http_api(looked: Mapping[str, str] | None = LOOKED, **changed: Any) -> Repoint:
    return http_api.to_service(known.http_api(), known.ORDERS, goal(looked, **changed))


def of_rest_api(looked: Mapping[str, str] | None = LOOKED, **changed: Any) -> Repoint:
    uri = known.PATH.format(known.qualified("live"))
    integration = {"type": "AWS_PROXY", "httpMethod": "POST", "uri": uri, "connectionType": "INTERNET"}
    part = Part("ANY /{proxy+}", uri, "res1", "ANY", integration=integration)
    trigger = known.with_settings(known.rest_api("live"), parts=(part,), stages=(Stage("prod", "d1"),))
    repoint = rest_api.to_service(trigger, known.ORDERS, goal(looked, **changed))
    assert repoint is not None
    return repoint


def integration(repoint: Repoint) -> dict[str, Any]:
    (made,) = [each for each in actions(repoint) if each["kind"] == "create_integration"]
    return {name: value for name, value in made["settings"].items() if name.startswith(("Conn", "Tls", "IntegrationU"))}


def rest_side(repoint: Repoint, side: str = "after") -> dict[str, Any]:
    (replaced,) = [each for each in actions(repoint) if each["kind"] == "replace_rest_integration"]
    return {name: replaced[side][name] for name in ("uri", "connectionType", "connectionId", "integrationTarget")}


def test_an_http_api_goes_by_the_link_to_the_listener_and_the_rehearsal_goes_there_too() -> None:
    repoint = of_http_api()

    assert integration(repoint) == {
        "ConnectionType": "VPC_LINK",
        "ConnectionId": "link1",
        "IntegrationUri": LISTENER,
        "TlsConfig": {"ServerNameToVerify": "orders.internal"},
    }
    made, rehearsed = actions(repoint)[:2]
    assert rehearsed["target"] == f"marker:{made['marker']}"
    assert (repoint.blockers, repoint.warnings, repoint.private) == ((), (), True)


def test_what_keeps_callers_out_is_not_bypassed_where_nobody_else_reaches_the_service() -> None:
    trigger = replace(known.http_api(), settings=replace(known.http_api().settings, features=("throttling", "cors")))
    hidden = http_api.to_service(trigger, known.ORDERS, goal())
    public = http_api.to_service(trigger, known.ORDERS, goal(hidden=False))

    assert (gates(hidden), hidden.warnings) == ([], ())
    assert (gates(public), len(public.warnings)) == (["http-api-bypassed:throttling"], 1)


@pytest.mark.parametrize(
    ("listener", "looked", "name", "tls"),
    [
        (LISTENER, {"link protocol": "HTTP"}, "orders.internal", False),
        (LISTENER, {"link protocol": "TCP"}, "orders.internal", True),
        (LISTENER, {"link protocol": "TCP"}, "", False),
        (CLOUD_MAP, {"link protocol": ""}, "orders.internal", True),
    ],
)
def test_tls_is_spoken_where_the_listener_does_or_passes_it_on(
    listener: str, looked: dict[str, str], name: str, tls: bool
) -> None:
    repoint = of_http_api({**LOOKED, **looked}, link=VpcLink("link1", listener, name))

    assert ("TlsConfig" in integration(repoint), gates(repoint)) == (tls, [] if tls else ["service-without-https"])
    meant = of_http_api({**LOOKED, **looked}, link=VpcLink("link1", listener, name), plain_http=True)
    assert gates(meant) == []


def test_a_rest_api_goes_by_the_link_to_the_load_balancer_and_comes_back_to_what_it_was() -> None:
    repoint = of_rest_api()

    assert rest_side(repoint) == {
        "uri": "https://orders.internal/{proxy}",
        "connectionType": "VPC_LINK",
        "connectionId": "link1",
        "integrationTarget": BALANCER,
    }
    assert rest_side(repoint, "before") == {
        "uri": known.PATH.format(known.qualified("live")),
        "connectionType": "INTERNET",
        "connectionId": None,
        "integrationTarget": None,
    }
    assert (gates(repoint), repoint.private) == (["rest-api-private-path"], True)
    port = of_rest_api({**LOOKED, "link protocol": "HTTP", "link port": "8080"}, plain_http=True)
    assert rest_side(port)["uri"] == "http://orders.internal:8080/{proxy}"


def test_a_rest_api_takes_an_earlier_kind_of_link_which_knows_its_load_balancer() -> None:
    looked = {**LOOKED, "link": "1", "link targets": f"{ARN}:loadbalancer/net/other/3 {BALANCER}"}

    assert (rest_side(of_rest_api(looked))["integrationTarget"], gates(of_rest_api(looked))) == (
        None,
        ["rest-api-private-path"],
    )
    elsewhere = of_rest_api({**looked, "link targets": f"{ARN}:loadbalancer/net/other/3"})
    assert str(elsewhere.blockers[0]) == (
        "vpc-link-unfit: REST API `shop`: VPC link `link1` leads to"
        f" {ARN}:loadbalancer/net/other/3, not to the listener's load balancer"
    )


OF_HTTP_API = "vpc-link-unfit: HTTP API `orders-api`: "


@pytest.mark.parametrize(
    ("looked", "told"),
    [
        (None, "VPC link `link1` could not be read: it has not been checked"),
        ({"link unread": "not allowed"}, "VPC link `link1` could not be read: not allowed"),
        ({"link": ""}, "VPC link `link1` does not exist in this account and region"),
        (
            {"link status": "INACTIVE", "link message": "no traffic"},
            "VPC link `link1` is INACTIVE (no traffic); wait until it is AVAILABLE, or make another",
        ),
        (
            {"link": "1", "link targets": BALANCER},
            "VPC link `link1` is for REST APIs only (version 1); make one of version 2",
        ),
        ({"link protocol": ""}, f"listener `{LISTENER}` does not exist in this account and region"),
    ],
)
def test_a_link_that_does_not_lead_there_is_refused(looked: dict[str, str] | None, told: str) -> None:
    repoint = of_http_api(None if looked is None else {**LOOKED, **looked})

    assert [str(each) for each in repoint.blockers if each.gate == "vpc-link-unfit"] == [OF_HTTP_API + told]


def test_a_listener_that_speaks_tls_needs_a_name() -> None:
    assert [str(each) for each in of_http_api(link=VpcLink("link1", LISTENER)).blockers] == [
        OF_HTTP_API + "its listener uses TLS; set the name on its certificate in `service.vpc_link.server_name`"
    ]


def test_a_rest_api_does_not_reach_cloud_map() -> None:
    repoint = of_rest_api({**LOOKED, "link protocol": ""}, link=VpcLink("link1", CLOUD_MAP, "orders.internal"))

    assert gates(repoint) == ["vpc-link-unfit", "rest-api-private-path"]


CONFIG = f"function: orders\nservice: {{url: '{{url}}', vpc_link: {{id: link1, listener: '{LISTENER}'}}}}\n"


@pytest.mark.parametrize(("url", "name"), [("https://orders.internal", "orders.internal"), ("http://127.0.0.1:80", "")])
def test_the_name_of_the_certificate_is_that_of_the_url_where_none_is_named(url: str, name: str) -> None:
    planned = destination(parse(CONFIG.replace("{url}", url)))

    assert (planned.link, planned.hidden) == (VpcLink("link1", LISTENER, name), True)


def test_a_service_with_a_public_url_is_not_hidden() -> None:
    text = CONFIG.replace("{url}", "https://a").replace("service: {", "service: {public_url: 'https://b', ")

    assert not destination(parse(text)).hidden
    assert destination(parse("function: orders")).link is None


def test_the_link_and_where_it_leads_are_looked_at() -> None:
    service = parse(CONFIG.replace("{url}", "https://orders.internal")).service
    listener = {"Listeners": [{"Protocol": "HTTPS", "Port": 443}]}
    first: Any = FakeAws(
        {
            "apigatewayv2:get_vpc_link": {"VpcLinkStatus": "AVAILABLE"},
            "elbv2:describe_listeners": listener,
        }
    )
    assert vpc_link.look_up(first, service) == LOOKED
    earlier: Any = FakeAws(
        {"apigateway:get_vpc_link": {"status": "PENDING", "statusMessage": "soon", "targetArns": [BALANCER]}}
    )
    assert vpc_link.look_up(earlier, service) == {
        "link": "1",
        "link status": "PENDING",
        "link message": "soon",
        "link targets": BALANCER,
        "link protocol": "",
    }
    nothing: Any = FakeAws()
    assert vpc_link.look_up(nothing, service) == {"link": "", "link protocol": ""}
    refused: Any = FakeAws({"apigatewayv2:get_vpc_link": NotAllowed("not allowed")})
    assert vpc_link.look_up(refused, service) == {"link unread": "not allowed"}
    assert vpc_link.look_up(refused, parse("function: orders").service) == {}
    assert http_api.look_up(first, known.ORDERS, service) == LOOKED
