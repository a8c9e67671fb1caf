"""Worlds of the actions on distributions of CloudFront, whose configuration is replaced as a whole."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from lambda_migrate.actions.cloudfront.create_viewer_function import CreateViewerFunction
from lambda_migrate.actions.cloudfront.point_origin import PointOrigin
from lambda_migrate.actions.cloudfront.share_origin import ShareOrigin
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
        "FunctionAssociations": {"Quantity": 0},
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


def create_viewer_function(stage: Stage) -> World:
    """Set an account with a function of others."""
    cloudfront, config = stage.client("cloudfront"), {"Comment": "theirs", "Runtime": "cloudfront-js-2.0"}
    theirs = b"function handler(event) { return event.request; }"

    def make(name: str) -> None:
        cloudfront.create_function(Name=name, FunctionConfig=config, FunctionCode=theirs)

    def documents() -> dict[str, Any]:
        found = cloudfront.list_functions(Stage="DEVELOPMENT")["FunctionList"].get("Items") or ()
        names = [each["Name"] for each in found if each["Name"].startswith(stage.name)]
        return {
            name: cloudfront.get_function(Name=name, Stage="DEVELOPMENT")["FunctionCode"].read().decode()
            for name in names
        }

    make(f"{stage.name}-others")
    return World(
        CreateViewerFunction(f"{stage.name}-10", "lambda-migrate-api", 10),
        documents=documents,
        foreign=lambda: make(f"{stage.name}-theirs"),
        drift=lambda: make(f"{stage.name}-10"),
    )


def share_origin(stage: Stage, before: int = 0, after: int = 10, *, keyed: bool = False) -> World:
    """Set a distribution with an origin that is shared, whose default behavior runs a function for responses."""
    cloudfront = stage.client("cloudfront")
    ours, theirs = (
        origin("api", "fn.example.com", OriginAccessControlId="E2OAC"),
        origin("images", "images.example.com"),
    )
    config = configuration(stage.name, ours, theirs)
    arns = [_published(stage, f"{stage.name}-{name}") for name in ("responses", "theirs")]
    config["DefaultCacheBehavior"]["FunctionAssociations"] = _running("viewer-response", arns[0])
    made = cloudfront.create_distribution(DistributionConfig=config)["Distribution"]
    identity, functions = made["Id"], arns[0].replace("-responses", "-share")
    for share in (10, 50):
        function = CreateViewerFunction(f"{stage.name}-share-{share}", "lambda-migrate-api", share)
        function.apply(stage.aws)

    def change(edit: Callable[[dict[str, Any]], object]) -> None:
        read = cloudfront.get_distribution_config(Id=identity)
        edit(read["DistributionConfig"])
        changed = read["DistributionConfig"]
        cloudfront.update_distribution(Id=identity, IfMatch=read["ETag"], DistributionConfig=changed)

    at_first = {"DomainName": "fn.example.com", **SIDE, "Keyed": []}
    at_last = {**at_first, "DomainName": "orders.example.com", "OriginAccessControlId": "", "HTTPSPort": 8443}
    secrets = {HEADER: stage.secret(SECRET)} if keyed else {}
    at_last |= {"Keyed": sorted(secrets)}
    leading = {"function": at_first, "service": at_last}
    action = ShareOrigin(identity, before, after, "api", leading, ("*",), functions, secrets)
    if before:
        ShareOrigin(identity, 0, before, "api", leading, ("*",), functions, secrets).apply(stage.aws)

    def drift(config: dict[str, Any]) -> None:
        next(each for each in config["Origins"]["Items"] if each["Id"] == "api").update(DomainName="theirs.example.com")

    return World(
        action,
        documents=lambda: by_place(cloudfront.get_distribution_config(Id=identity)["DistributionConfig"]),
        foreign=lambda: change(lambda config: config.update(Comment="theirs")),
        drift=lambda: change(drift),
    )


def _running(event: str, arn: str) -> dict[str, Any]:
    return {"Quantity": 1, "Items": [{"FunctionARN": arn, "EventType": event}]}


def _published(stage: Stage, name: str) -> str:
    """Publish a function that does nothing; return its ARN."""
    cloudfront, config = stage.client("cloudfront"), {"Comment": "theirs", "Runtime": "cloudfront-js-2.0"}
    code = b"function handler(event) { return event.request || event.response; }"
    made = cloudfront.create_function(Name=name, FunctionConfig=config, FunctionCode=code)
    cloudfront.publish_function(Name=name, IfMatch=made["ETag"])
    return str(made["FunctionSummary"]["FunctionMetadata"]["FunctionARN"])


WORLDS: dict[str, Callable[[Stage], World]] = {
    "point_origin": point_origin,
    "point_origin/alias": partial(point_origin, alias=True),
    "point_origin/keyed": partial(point_origin, keyed=True),
    "point_origin/private": partial(point_origin, private=True),
    "create_viewer_function": create_viewer_function,
    "share_origin": share_origin,
    "share_origin/more": partial(share_origin, before=10, after=50),
    "share_origin/whole": partial(share_origin, before=50, after=100, keyed=True),
}
