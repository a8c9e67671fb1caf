"""A private service, which CloudFront reaches by a VPC origin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.actions.cloudfront.point_origin import PointOrigin
from lambda_migrate.config import parse
from lambda_migrate.errors import NotAllowed
from lambda_migrate.planner.destination import destination
from lambda_migrate.triggers import cloudfront
from lambda_migrate.triggers.base import Destination, Repoint, Trigger, VpcOrigin
from lambda_migrate.triggers.cloudfront import Settings
from tests.inventory.fake_aws import FakeAws
from tests.triggers import known
from tests.triggers.repointing import gates

if TYPE_CHECKING:
    from collections.abc import Mapping

CUSTOM = {
    "HTTPPort": 80,
    "HTTPSPort": 443,
    "OriginProtocolPolicy": "https-only",
    "OriginSslProtocols": {"Quantity": 1, "Items": ["TLSv1.2"]},
    "OriginReadTimeout": 20,
    "OriginKeepaliveTimeout": 5,
}
LEADS: dict[str, Any] = {
    "DomainName": "abc.lambda-url.eu-west-1.on.aws",
    "OriginAccessControlId": "E2OAC",
    "OriginProtocolPolicy": "https-only",
    "HTTPPort": 80,
    "HTTPSPort": 443,
    "Keyed": [],
}
LOOKED = {"status": "Deployed", "protocol": "https-only", "zones": "euw1-az1 euw1-az2"}
CALLED = "CloudFront distribution `shop.example.com`: "


def direct(looked: Mapping[str, str] | None = LOOKED, **changed: Any) -> Repoint:
    settings = Settings(
        source="arn:aws:cloudfront::123456789012:distribution/E1",
        distribution="E1",
        origin="api",
        custom=CUSTOM,
        leads=LEADS,
        paths=("*",),
        iam=True,
    )
    trigger = Trigger("cloudfront", "E1/api", "shop.example.com", "live", settings)
    resources = {} if looked is None else {"cloudfront": looked}
    given = {"vpc_origin": VpcOrigin("vo_1", "orders.internal"), "resources": resources, **changed}
    repoint = cloudfront.to_service(trigger, known.function(), Destination("https://10.0.0.7", **given))
    assert repoint is not None
    return repoint


def test_the_settings_of_the_origin_give_way_to_the_vpc_origin_and_come_back_whole() -> None:
    repoint = direct()

    before = {
        "DomainName": LEADS["DomainName"],
        "OriginAccessControlId": "E2OAC",
        "CustomOriginConfig": CUSTOM,
        "VpcOriginConfig": None,
        "Keyed": [],
    }
    after = {
        "DomainName": "orders.internal",
        "OriginAccessControlId": "",
        "CustomOriginConfig": None,
        "VpcOriginConfig": {"VpcOriginId": "vo_1", "OriginReadTimeout": 20, "OriginKeepaliveTimeout": 5},
        "Keyed": [],
    }
    assert [step.action for step in repoint.steps] == [PointOrigin("E1", before, after, "api")]
    assert (repoint.blockers, repoint.private) == ((), True)


@pytest.mark.parametrize(
    ("looked", "told"),
    [
        (None, "VPC origin `vo_1` could not be read: it has not been checked"),
        ({"unread": "not allowed"}, "VPC origin `vo_1` could not be read: not allowed"),
        ({"status": "Deploying"}, "VPC origin `vo_1` is Deploying; wait until it is Deployed"),
        (
            {"zones": "use1-az1 use1-az3"},
            (
                "the load balancer of VPC origin `vo_1` stands in zone use1-az3, which VPC origins do not reach; take"
                " it out of that zone"
            ),
        ),
    ],
)
def test_a_vpc_origin_that_does_not_lead_there_is_refused(looked: dict[str, str] | None, told: str) -> None:
    repoint = direct(None if looked is None else {**LOOKED, **looked})

    assert [str(each) for each in repoint.blockers] == [f"vpc-origin-unfit: {CALLED}{told}"]


def test_plain_http_has_to_be_meant_and_tls_needs_a_name() -> None:
    plain = {**LOOKED, "protocol": "http-only"}

    assert gates(direct(plain)) == ["service-without-https"]
    assert gates(direct(plain, plain_http=True)) == []
    assert gates(direct(vpc_origin=VpcOrigin("vo_1"))) == ["vpc-origin-unfit"]


BALANCER = f"arn:aws:elasticloadbalancing:{known.REGION}:loadbalancer/app/orders/1a"
CONFIG = "function: orders\nservice: {url: 'https://orders.internal', vpc_origin: {id: vo_1}}\n"


def account(endpoint: str = BALANCER, **changed: Any) -> Any:
    config = {"Arn": endpoint, "OriginProtocolPolicy": "https-only"}
    zones = [{"ZoneName": "eu-west-1a"}, {"ZoneName": "eu-west-1b"}]
    return FakeAws(
        {
            "cloudfront:get_vpc_origin": {"VpcOrigin": {"Status": "Deployed", "VpcOriginEndpointConfig": config}},
            "elbv2:describe_load_balancers": {"LoadBalancers": [{"AvailabilityZones": zones}]},
            "ec2:describe_availability_zones": {"AvailabilityZones": [{"ZoneId": "euw1-az2"}, {"ZoneId": "euw1-az1"}]},
            **changed,
        }
    )


def test_the_vpc_origin_and_the_zones_of_its_load_balancer_are_looked_at() -> None:
    service, nothing = parse(CONFIG).service, parse("function: orders").service
    instance = f"arn:aws:ec2:{known.REGION}:instance/i-1"
    refused: dict[str, Any] = {"ec2:describe_availability_zones": NotAllowed("not allowed")}
    gone: Any = FakeAws()

    assert cloudfront.look_up(account(), known.function(), service) == LOOKED
    assert cloudfront.look_up(account(instance), known.function(), service) == {**LOOKED, "zones": ""}
    assert cloudfront.look_up(account(**refused), known.function(), service) == {"unread": "not allowed"}
    assert cloudfront.look_up(gone, known.function(), service) == {"unread": "it does not exist in this account"}
    assert cloudfront.look_up(gone, known.function(), nothing) == {}


def test_the_name_of_the_certificate_is_that_of_the_url_where_none_is_named() -> None:
    assert destination(parse(CONFIG)).vpc_origin == VpcOrigin("vo_1", "orders.internal")
    assert destination(parse("function: orders")).vpc_origin is None
