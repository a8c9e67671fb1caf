"""Worlds of the actions on distributions of CloudFront, whose configuration is replaced as a whole."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from lambda_migrate.actions.cloudfront.point_origin import PointOrigin
from lambda_migrate.triggers.vpc_origin import sides
from tests.actions.stage import SECRET, World
from tests.actions.worlds_named import by_place

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.actions.stage import Stage

HEADER = "x-lambda-migrate-door-key"


def origin(identity: str, domain: str, **changed: Any) -> dict[str, Any]:
    """Return an origin as UpdateDistribution takes it, with a header of its owner's."""
    owned = {"HeaderName": "x-tenant", "HeaderValue": "acme"}
    return {
        "Id": identity,
        "DomainName": domain,
        "OriginPath": "/v1",
        "CustomHeaders": {"Quantity": 1, "Items": [owned]},
        "CustomOriginConfig": {
            "HTTPPort": 80,
            "HTTPSPort": 443,
            "OriginProtocolPolicy": "https-only",
            "OriginSslProtocols": {"Quantity": 1, "Items": ["TLSv1.2"]},
            "OriginReadTimeout": 20,
            "OriginKeepaliveTimeout": 5,
        },
        "ConnectionAttempts": 2,
        "ConnectionTimeout": 7,
        "OriginShield": {"Enabled": False},
        "OriginAccessControlId": "",
        **changed,
    }


def behavior(target: str, **changed: Any) -> dict[str, Any]:
    """Return a behavior that forwards to an origin."""
    return {
        "TargetOriginId": target,
        "ViewerProtocolPolicy": "allow-all",
        "CachePolicyId": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
        "Compress": True,
        **changed,
    }


def configuration(reference: str, *origins: dict[str, Any]) -> dict[str, Any]:
    """Return a distribution whose default behavior leads to the first origin, and one of others to the second."""
    others = behavior(origins[-1]["Id"], PathPattern="/images/*")
    return {
        "CallerReference": reference,
        "Comment": "the shop",
        "Enabled": True,
        "Origins": {"Quantity": len(origins), "Items": list(origins)},
        "DefaultCacheBehavior": behavior(origins[0]["Id"]),
        "CacheBehaviors": {"Quantity": 1, "Items": [others]},
    }


SIDE = {"OriginAccessControlId": "E2OAC", "OriginProtocolPolicy": "https-only", "HTTPPort": 80, "HTTPSPort": 443}


def vpc_origin(stage: Stage) -> str:
    """Make a VPC origin that leads to an internal load balancer; return its id."""
    elb = stage.client("elbv2")
    made = elb.create_load_balancer(Name=stage.name[:32], Subnets=["subnet-1", "subnet-2"], Scheme="internal")
    config = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"}
    endpoint = {"Name": stage.name, "Arn": made["LoadBalancers"][0]["LoadBalancerArn"], **config}
    answer = stage.client("cloudfront").create_vpc_origin(VpcOriginEndpointConfig=endpoint)
    return str(answer["VpcOrigin"]["Id"])


def point_origin(stage: Stage, *, alias: bool = False, keyed: bool = False, private: bool = False) -> World:
    """Set a distribution in front of the function's URL, beside an origin and a behavior of others."""
    cloudfront = stage.client("cloudfront")
    stage.function()
    stage.alias("live", stage.publish("original"))
    urls = [
        stage.lambda_.create_function_url_config(FunctionName=stage.name, AuthType="AWS_IAM", **which)["FunctionUrl"]
        for which in ({}, {"Qualifier": "live"})
    ]
    hosts = [str(urlsplit(url).hostname) for url in urls]
    ours, theirs = origin("api", hosts[0], OriginAccessControlId="E2OAC"), origin("images", "images.example.com")
    made = cloudfront.create_distribution(DistributionConfig=configuration(stage.name, ours, theirs))
    identity = made["Distribution"]["Id"]

    def change(edit: Callable[[dict[str, Any]], object]) -> None:
        read = cloudfront.get_distribution_config(Id=identity)
        edit(read["DistributionConfig"])
        config = read["DistributionConfig"]
        cloudfront.update_distribution(Id=identity, IfMatch=read["ETag"], DistributionConfig=config)

    def first(config: dict[str, Any]) -> dict[str, Any]:
        return next(each for each in config["Origins"]["Items"] if each["Id"] == "api")

    before = {"DomainName": hosts[0], **SIDE, "Keyed": []}
    after = {**before, "DomainName": "orders.example.com", "OriginAccessControlId": "", "HTTPSPort": 8443}
    if alias:
        after = {**before, "DomainName": f"function-url:{stage.name}:live"}
    if private:
        leads = {name: before[name] for name in ("DomainName", "OriginAccessControlId", "Keyed")}
        before, after = sides(leads, ours["CustomOriginConfig"], vpc_origin(stage))
        after |= {"DomainName": "orders.internal", "OriginAccessControlId": ""}
    secrets = {HEADER: stage.secret(SECRET)} if keyed else {}
    after |= {"Keyed": sorted(secrets)}
    return World(
        PointOrigin(identity, before, after, "api", secrets),
        documents=lambda: by_place(cloudfront.get_distribution_config(Id=identity)["DistributionConfig"]),
        foreign=lambda: change(lambda config: config.update(Comment="theirs")),
        drift=lambda: change(lambda config: first(config).update(DomainName="theirs.example.com")),
    )


WORLDS: dict[str, Callable[[Stage], World]] = {
    "point_origin": point_origin,
    "point_origin/alias": partial(point_origin, alias=True),
    "point_origin/keyed": partial(point_origin, keyed=True),
    "point_origin/private": partial(point_origin, private=True),
}
