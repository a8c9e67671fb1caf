"""`cutover --domain` while callers use the name: all are answered, and each step waits for what resolvers keep."""

from __future__ import annotations

import io
import random
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.render.terminal import Terminal
from lambda_migrate.workflow.call import Call, GlobalOptions
from lambda_migrate.workflow.context import Context
from lambda_migrate.workflow.overrides import given
from lambda_migrate.workflow.rollback import Chosen, roll_back
from lambda_migrate.workflow.run import run
from tests.cli.way_out import Serving, http_api
from tests.sandbox.resolvers import EVERY, LAG, TTL, Callers
from tests.support.listening import listening

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lambda_migrate.aws.session import Aws

pytestmark = pytest.mark.sandbox

FUNCTION = "def handler(event, context):\n    return {'statusCode': 200, 'body': 'the function'}\n"
GATEWAY = "d-1.execute-api.us-east-1.amazonaws.com."
BALANCER = "orders-1.us-east-1.elb.amazonaws.com."
SEED = 1


def test_callers_are_answered_throughout_and_nobody_is_left_behind(
    tmp_path: Path, aws: Aws, make_function: Callable[..., str], unique: str
) -> None:
    print(f"SEED={SEED}")
    api, zone = http_api(aws, unique, make_function(source=FUNCTION)), f"{unique}.localhost"
    hosted = made_zone(aws, zone)

    def records() -> list[dict[str, Any]]:
        listed = aws.call("route53", "list_resource_record_sets", HostedZoneId=hosted)["ResourceRecordSets"]
        return [each for each in listed if each["Name"] == f"api.{zone}." and each["Type"] == "A"]

    with listening(Serving) as url:
        port = url.rpartition(":")[2]
        places = {GATEWAY: f"{aws.endpoint_url}/_aws/execute-api/{api}/$default/orders", BALANCER: f"{url}/orders"}
        callers = Callers(records, places, random.Random(SEED))
        (tmp_path / "migration.yaml").write_text(
            f"function: {unique}\n"
            f"service: {{url: 'http://orders.{zone}:{port}', directory: '.', plain_http: true}}\n"
            "cutover: {bake: 30s, weights: [50, 100]}\n"
            "verify: {timeout: 1s, slow: 60s, probes: 1}\n"
        )
        before = records()
        callers.wait(TTL)
        there = run(command(tmp_path, aws, callers), "domain", given(domain=f"api.{zone}"), confirm=yes)
        whole = callers.now
        callers.wait(TTL)
        back = roll_back(command(tmp_path, aws, callers), Chosen(), confirm=yes, dry_run=False)
        callers.wait(TTL + LAG)

    assert (there.error, back.error, records()) == (None, None, before)
    answers = {GATEWAY: "the function", BALANCER: "the service"}
    assert [each for each in callers.made if each.answer != answers[each.target]] == []
    _first, split, half, full, *_back = callers.changes
    assert [each.target for each in callers.made if half < each.at < full and each.target == BALANCER]
    assert {each.target for each in callers.made if whole - 30.0 <= each.at <= whole + TTL} == {BALANCER}
    assert [later - earlier >= LAG + TTL for earlier, later in pairwise((half, full, whole))] == [True, True]
    assert half - split >= LAG - EVERY
    assert callers.made[-1].target == GATEWAY


def made_zone(aws: Aws, zone: str) -> str:
    """Make a zone in which `api` leads to API Gateway and `orders` to a load balancer; return its id."""
    made = aws.call("route53", "create_hosted_zone", Name=zone, CallerReference=zone)["HostedZone"]["Id"]
    leads = {"api": GATEWAY, "orders": BALANCER}
    changes = [
        {
            "Action": "CREATE",
            "ResourceRecordSet": {
                "Name": f"{name}.{zone}.",
                "Type": "A",
                "AliasTarget": {"HostedZoneId": "Z1UJRXOUMOOFQ8", "DNSName": host, "EvaluateTargetHealth": False},
            },
        }
        for name, host in leads.items()
    ]
    aws.call("route53", "change_resource_record_sets", HostedZoneId=made, ChangeBatch={"Changes": changes})
    return str(made)


def command(folder: Path, aws: Aws, callers: Callers) -> Context:
    """Return what a command works with, whose waiting is the callers' time."""
    terminal = Terminal(io.StringIO(), io.StringIO(), io.StringIO())
    options = GlobalOptions(folder / "migration.yaml", endpoint_url=aws.endpoint_url, region=aws.region_name)
    return Context(options, Call(terminal, clock=callers.clock()), ["cutover"])


def yes(_question: object) -> None:
    """Say yes."""
