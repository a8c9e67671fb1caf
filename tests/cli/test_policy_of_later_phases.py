"""`freeze --enforce` and `cutover --domain` run under just their policies, and not with one action less."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.cli.limited import account, bare

if TYPE_CHECKING:
    from tests.cli.limited import Migrating

__all__ = ["account", "bare"]
pytestmark = pytest.mark.sandbox


def there_and_back(bare: Migrating, phase: str, named: tuple[str, str], command: tuple[str, ...], *taken: str) -> None:
    """Go there and back under just the policy of a phase, after it was refused with each of some actions less."""
    policy = bare.policy(phase, *named)
    for action in taken:
        assert action in {each.action for each in policy}
        bare.operator.may(each for each in policy if each.action != action)

        stopped = bare.limited(*command, "--yes")

        refused = stopped.code in (3, 4)  # what could not be read is a gate
        assert (refused, action in stopped.err) == (True, True), (action, stopped.code, stopped.err)
    bare.operator.may(policy)

    there = bare.limited(*command, "--yes")
    back = bare.limited("rollback", "--last", "--now", "--yes")

    assert (there.code, back.code) == (0, 0), (there.err, back.err)
    assert "not allowed" not in there.err + back.err


def test_changes_are_denied_under_just_the_policy_of_enforce(bare: Migrating) -> None:
    iam, deployer = bare.operator.client("iam"), f"{bare.name}-deployer"
    iam.create_role(RoleName=deployer, AssumeRolePolicyDocument="{}")
    assert bare.root("freeze", "--yes").code == 0
    named = ("--on", f"role/{deployer}")

    there_and_back(
        bare,
        "enforce",
        named,
        ("freeze", "--enforce", "--apply", *named),
        "iam:PutRolePolicy",
        "iam:GetRolePolicy",
        "iam:GetRole",
    )

    assert iam.list_role_policies(RoleName=deployer)["PolicyNames"] == []


def test_a_name_moves_under_just_the_policy_of_domain(bare: Migrating) -> None:
    route53, zone = bare.operator.client("route53"), f"{bare.name}.localhost"
    made = route53.create_hosted_zone(Name=zone, CallerReference=bare.name)["HostedZone"]["Id"]
    leads = {"api": "d-1.execute-api.us-east-1.amazonaws.com.", "orders": "orders-1.us-east-1.elb.amazonaws.com."}
    changes = [
        {"Action": "CREATE", "ResourceRecordSet": {"Name": f"{name}.{zone}.", "Type": "A", "AliasTarget": target(host)}}
        for name, host in leads.items()
    ]
    route53.change_resource_record_sets(HostedZoneId=made, ChangeBatch={"Changes": changes})
    before = route53.list_resource_record_sets(HostedZoneId=made)["ResourceRecordSets"]
    configure(bare, zone)
    named = ("--domain", f"api.{zone}")

    there_and_back(
        bare,
        "domain",
        named,
        ("cutover", *named),
        "route53:ChangeResourceRecordSets",
        "route53:ListResourceRecordSets",
        "route53:ListHostedZones",
    )

    assert route53.list_resource_record_sets(HostedZoneId=made)["ResourceRecordSets"] == before


def target(host: str) -> dict[str, Any]:
    return {"HostedZoneId": "Z1UJRXOUMOOFQ8", "DNSName": host, "EvaluateTargetHealth": False}


def configure(bare: Migrating, zone: str) -> None:
    """Have the service be called by its name in the zone, which is on this machine."""
    file = bare.folder / "migration.yaml"
    lines = file.read_text().splitlines()
    port = urlsplit(lines[1].split("'")[1]).port
    lines[1] = f"service: {json.dumps({'url': f'http://orders.{zone}:{port}', 'directory': '.', 'plain_http': True})}"
    file.write_text("\n".join(lines) + "\n")
