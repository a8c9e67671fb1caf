"""`cutover --direct` of an HTTP API to a private service, which it reaches by a VPC link alone."""

from __future__ import annotations

import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.way_out import http_api, write_source
from tests.support.listening import Handler, listening
from tests.support.waiting import TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from tests.support.screen import Answer

pytestmark = pytest.mark.sandbox


class Serving(Handler):
    """A healthy service, which says which path it was asked for."""

    def serve(self) -> None:
        self.received()
        self.answer(404 if self.command == "POST" else 200, self.path.encode())


def balanced(aws: Aws, name: str, port: int) -> str:
    """Put an internal load balancer in front of a port of this machine; return its listener."""
    balancer = aws.call("elbv2", "create_load_balancer", Name=name[:32], Subnets=["s-1", "s-2"], Scheme="internal")
    vpc = balancer["LoadBalancers"][0]["VpcId"]
    about: dict[str, Any] = {"TargetType": "ip", "VpcId": vpc, "Protocol": "HTTP", "Port": port}
    group = aws.call("elbv2", "create_target_group", Name=name[:32], **about)["TargetGroups"][0]["TargetGroupArn"]
    aws.call("elbv2", "register_targets", TargetGroupArn=group, Targets=[{"Id": "127.0.0.1", "Port": port}])
    listener = aws.call(
        "elbv2",
        "create_listener",
        LoadBalancerArn=balancer["LoadBalancers"][0]["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )
    return str(listener["Listeners"][0]["ListenerArn"])


def test_an_http_api_reaches_a_private_service_by_the_link_and_comes_back(
    run: Callable[..., Answer], tmp_path: Path, aws: Aws, make_function: Callable[..., str], unique: str
) -> None:
    api = http_api(aws, unique, make_function())

    def asked() -> str:
        url = f"{aws.endpoint_url}/_aws/execute-api/{api}/$default/orders"
        with urllib.request.urlopen(url, timeout=TIMEOUT) as answer:  # noqa: S310  # the embedded AWS
            return str(answer.read().decode())

    def routes() -> Any:
        return aws.call("apigatewayv2", "get_routes", ApiId=api)["Items"]

    with listening(Serving) as url:
        listener = balanced(aws, unique, int(url.rpartition(":")[2]))
        link = aws.call("apigatewayv2", "create_vpc_link", Name=unique, SubnetIds=["s-1"])["VpcLinkId"]
        write_source(tmp_path)
        settings = (
            f"function: {unique}\n"
            "source: source\n"
            f"service: {{url: '{url}', plain_http: true, vpc_link: {{id: {{link}}, listener: '{listener}'}}}}\n"
            "cutover: {propagation: false}\n"
            "verify: {timeout: 1s, slow: 60s, minimum_invocations: 5, metric_period: 1s, arrival: 0s}\n"
            "accept: [{rule: not-cut-over, reason: this is a test of the last step}]\n"
        )
        (tmp_path / "migration.yaml").write_text(settings.replace("{link}", "nowhere"))
        before = routes()
        refused = run("cutover", "--direct", "--yes", "--json")
        (tmp_path / "migration.yaml").write_text(settings.replace("{link}", link))
        paused = run("cutover", "--direct", "--bake", "1s", "--yes", "--json")
        direct = asked()
        (route,) = routes()
        made = aws.call(
            "apigatewayv2", "get_integration", ApiId=api, IntegrationId=route["Target"].removeprefix("integrations/")
        )
        back = run("rollback", "--last", "--yes", "--json")

    assert (refused.code, [each["gate"] for each in refused.json["errors"]]) == (3, ["vpc-link-unfit"]), refused
    assert (paused.code, direct) == (7, "/orders"), paused
    assert (made["ConnectionType"], made["ConnectionId"], made["IntegrationUri"]) == ("VPC_LINK", link, listener)
    verdicts = [(record.get("note") or {}) for record in run("history", "--json").json["data"]["records"]]
    assert [each["result"] for each in verdicts if each.get("kind") == "verdict"] == ["pass", "inconclusive"]
    assert (back.code, routes()) == (0, before), back
