"""`cutover --direct` of an HTTP API and a REST API to a private service, which they reach by a VPC link alone."""

from __future__ import annotations

import urllib.request
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.cli.way_out import http_api, rest_api, write_source
from tests.support.listening import Handler, listening
from tests.support.standing import put_back
from tests.support.waiting import TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from tests.support.screen import Answer

pytestmark = pytest.mark.sandbox

SEEN = "{rule: rest-api-private-path, reason: the service answers both paths}"


class Serving(Handler):
    """A healthy service, which says which path it was asked for."""

    def serve(self) -> None:
        self.received()
        self.answer(404 if self.command == "POST" else 200, self.path.encode())


class Linked(NamedTuple):
    """A listener of an internal load balancer, and the target group that it leads to."""

    listener: str
    group: str


def balanced(aws: Aws, name: str, port: int) -> Linked:
    """Put an internal load balancer in front of a port of this machine; nothing is registered there yet."""
    balancer = aws.call("elbv2", "create_load_balancer", Name=name[:32], Subnets=["s-1", "s-2"], Scheme="internal")
    vpc = balancer["LoadBalancers"][0]["VpcId"]
    about: dict[str, Any] = {"TargetType": "ip", "VpcId": vpc, "Protocol": "HTTP", "Port": port}
    group = aws.call("elbv2", "create_target_group", Name=name[:32], **about)["TargetGroups"][0]["TargetGroupArn"]
    listener = aws.call(
        "elbv2",
        "create_listener",
        LoadBalancerArn=balancer["LoadBalancers"][0]["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )
    return Linked(str(listener["Listeners"][0]["ListenerArn"]), group)


def register(aws: Aws, group: str, port: int) -> None:
    aws.call("elbv2", "register_targets", TargetGroupArn=group, Targets=[{"Id": "127.0.0.1", "Port": port}])


def settings(folder: Path, function: str, url: str, link: str, listener: str, *, more: str = "") -> None:
    """Write migration.yaml."""
    (folder / "migration.yaml").write_text(
        f"function: {function}\n"
        "source: source\n"
        f"service: {{url: '{url}', plain_http: true, vpc_link: {{id: '{link}', listener: '{listener}'}}}}\n"
        "cutover: {propagation: false, weights: [100]}\n"
        "verify: {timeout: 1s, slow: 60s, minimum_invocations: 5, metric_period: 1s, arrival: 0s}\n"
        f"accept: [{{rule: not-cut-over, reason: this is a test of the last step}}{more}]\n"
    )


def asked(aws: Aws, path: str) -> str:
    with urllib.request.urlopen(f"{aws.endpoint_url}{path}", timeout=TIMEOUT) as answer:  # noqa: S310  # the embedded AWS
        return str(answer.read().decode())


def verdicts(run: Callable[..., Answer]) -> list[str]:
    notes = [(record.get("note") or {}) for record in run("history", "--json").json["data"]["records"]]
    return [str(each["result"]) for each in notes if each.get("kind") == "verdict"]


def test_an_http_api_reaches_a_private_service_by_the_link_and_comes_back(
    run: Callable[..., Answer], tmp_path: Path, aws: Aws, make_function: Callable[..., str], unique: str
) -> None:
    api = http_api(aws, unique, make_function())
    write_source(tmp_path)

    def routes() -> Any:
        return aws.call("apigatewayv2", "get_routes", ApiId=api)["Items"]

    with listening(Serving) as url:
        port = int(url.rpartition(":")[2])
        listener, group = balanced(aws, unique, port)
        register(aws, group, port)
        link = aws.call("apigatewayv2", "create_vpc_link", Name=unique, SubnetIds=["s-1"])["VpcLinkId"]
        before = routes()
        settings(tmp_path, unique, url, "nowhere", listener)
        refused = run("cutover", "--direct", "--yes", "--json")
        settings(tmp_path, unique, url, link, listener)
        paused = run("cutover", "--direct", "--bake", "1s", "--yes", "--json")
        direct, elsewhere = asked(aws, f"/_aws/execute-api/{api}/$default/orders"), put_back(aws, tmp_path)
        (route,) = routes()
        made = aws.call(
            "apigatewayv2", "get_integration", ApiId=api, IntegrationId=route["Target"].removeprefix("integrations/")
        )
        back = run("rollback", "--last", "--yes", "--json")

    assert (refused.code, [each["gate"] for each in refused.json["errors"]]) == (3, ["vpc-link-unfit"]), refused
    assert (paused.code, direct) == (7, "/orders"), paused
    assert (made["ConnectionType"], made["ConnectionId"], made["IntegrationUri"]) == ("VPC_LINK", link, listener)
    assert verdicts(run) == ["pass", "inconclusive"]
    assert (back.code, routes(), elsewhere) == (0, before, []), back


def test_a_rest_api_is_tested_through_the_link_before_anybody_is_served_and_comes_back(
    run: Callable[..., Answer], tmp_path: Path, aws: Aws, make_function: Callable[..., str], unique: str
) -> None:
    api = rest_api(aws, unique, make_function())
    write_source(tmp_path)

    def documents() -> Any:
        stages = aws.call("apigateway", "get_stages", restApiId=api)["item"]
        served = [(each["deploymentId"], each.get("canarySettings")) for each in stages]
        return aws.call("apigateway", "get_resources", restApiId=api, embed=["methods"])["items"], served

    with listening(Serving) as url:
        port = int(url.rpartition(":")[2])
        listener, group = balanced(aws, unique, port)
        link = aws.call("apigatewayv2", "create_vpc_link", Name=unique, SubnetIds=["s-1"])["VpcLinkId"]
        settings(tmp_path, unique, url, link, listener, more=f", {SEEN}")
        before = documents()
        unreached = run("cutover", "--direct", "--yes", "--json")
        restored = documents()
        register(aws, group, port)
        paused = run("cutover", "--direct", "--bake", "1s", "--yes", "--json")
        direct, elsewhere = asked(aws, f"/_aws/execute-api/{api}/prod/orders"), put_back(aws, tmp_path)
        back = run("rollback", "--last", "--yes", "--json")

    (error,) = unreached.json["errors"]
    assert (unreached.code, error["gate"]) == (3, "verdict-failed"), unreached
    assert error["message"].endswith("it answered 500"), error
    assert restored == before
    assert (paused.code, direct) == (7, "/prod/orders"), paused
    assert verdicts(run) == ["fail", "pass", "inconclusive"]
    assert (back.code, documents(), elsewhere) == (0, before, []), back
