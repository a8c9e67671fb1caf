"""A name moves by weighted records: apart in one batch, then step by step; what cannot or should not move is a gate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate import config
from lambda_migrate.inventory.domains import Domain, Mapping, Record
from lambda_migrate.planner.domain import Move, Target, plan
from tests.inventory.taking import fake, take

if TYPE_CHECKING:
    from lambda_migrate.engine.plan import Plan

NAME, API = "api.example.com", "abc123"
OLD = {"HostedZoneId": "ZG", "DNSName": "d-1.execute-api.eu-west-1.amazonaws.com.", "EvaluateTargetHealth": False}
NEW = {"HostedZoneId": "ZL", "DNSName": "orders-1.eu-west-1.elb.amazonaws.com.", "EvaluateTargetHealth": False}
SERVICE = Target({"A": {"AliasTarget": NEW}, "AAAA": {"AliasTarget": NEW}})


def weighted(kind: str, target: dict[str, Any], identifier: str, weight: int) -> dict[str, Any]:
    return {"Type": kind, "AliasTarget": target, "SetIdentifier": f"lambda-migrate-{identifier}", "Weight": weight}


def both(percent: int, kind: str = "A") -> list[dict[str, Any]]:
    """Return the two records of a type with so many of 255 on the service."""
    return [weighted(kind, OLD, "api", 255 - percent), weighted(kind, NEW, "service", percent)]


def domain(*records: dict[str, Any], **changed: Any) -> Domain:
    about = {"mappings": (Mapping("", API, "$default"),), **changed}
    private = about.pop("private", False)
    found = tuple(Record("Z1", "example.com", private=private, name=NAME, record=each) for each in records)
    return Domain(NAME, about.pop("by", "API Gateway"), OLD["DNSName"], records=found, **about)


SIMPLE = {"Type": "A", "AliasTarget": OLD}


def planned(known: Domain | None, *, target: Target = SERVICE, accept: str = "", **move: Any) -> Plan:
    text = f"function: orders\nservice: {{url: 'https://orders.example.net'}}\n{accept}"
    about = Move(NAME, known, target, frozenset({API}), **move)
    return plan(take(fake()), config.parse(text), about, weights=(10, 100), bake=60.0)


def sides(found: Plan) -> list[tuple[Any, Any]]:
    return [(step.action.before, step.action.after) for step in found.steps]  # type: ignore[attr-defined]  # records


def test_records_are_set_apart_first_and_weights_move_then() -> None:
    found = planned(domain(SIMPLE))

    assert sides(found) == [([SIMPLE], both(0)), (both(0), both(26)), (both(26), both(255))]
    assert [(step.gated, step.bake, step.propagation) for step in found.steps] == [
        (False, 0.0, 60.0),
        (True, 60.0, 120.0),
        (True, 60.0, 120.0),
    ]
    assert found.blockers == ()


def test_a_name_half_way_goes_on_from_there_and_one_that_is_moved_has_nothing_to_do() -> None:
    assert sides(planned(domain(*both(26)))) == [(both(26), both(255))]
    assert planned(domain(*both(255))).steps == ()


def test_both_records_of_a_type_keep_the_ttl_that_the_old_one_has() -> None:
    old = {"Type": "CNAME", "TTL": 300, "ResourceRecords": [{"Value": "d-1.execute-api.eu-west-1.amazonaws.com"}]}
    new = {"TTL": 60, "ResourceRecords": [{"Value": "orders.example.net"}]}

    found = planned(domain(old), target=Target({"CNAME": new}))

    (_before, after), *_ = sides(found)
    assert [each["TTL"] for each in after] == [300, 300]
    assert found.steps[-1].propagation == 360.0


def test_addresses_of_ipv6_that_the_service_lacks_go_with_the_last_step() -> None:
    six = {"Type": "AAAA", "AliasTarget": OLD}
    accept = "accept: [{rule: 'domain-loses:ipv6', reason: nobody}]"

    found = planned(domain(SIMPLE, six), target=Target({"A": {"AliasTarget": NEW}}), accept=accept)

    assert [[each["Type"] for each in after] for _before, after in sides(found)] == [
        ["A", "A", "AAAA"],
        ["A", "A", "AAAA"],
        ["A", "A"],
    ]
    assert found.blockers == ()


@pytest.mark.parametrize(
    ("known", "gate"),
    [
        (None, "domain-records"),
        (domain(), "domain-records"),
        (domain(SIMPLE, private=True), "domain-records"),
        (domain({**SIMPLE, "SetIdentifier": "eu", "Region": "eu-west-1"}), "domain-records"),
        (domain({**SIMPLE, "SetIdentifier": "blue", "Weight": 1}), "domain-records"),
        (domain(SIMPLE, by="CloudFront"), "domain-records"),
        (domain({"Type": "CNAME", "TTL": 60, "ResourceRecords": [{"Value": "x"}]}), "domain-target"),
    ],
)
def test_what_cannot_be_moved_is_refused_and_nothing_is_planned(known: Domain | None, gate: str) -> None:
    found = planned(known)

    assert [blocker.partition(": ")[0] for blocker in found.blockers] == [gate]
    assert found.steps == ()


def test_what_api_gateway_does_and_the_load_balancer_does_not_is_a_gate_for_each() -> None:
    known = domain(SIMPLE, mutual_tls=True, mappings=(Mapping("v1", API, "$default"), Mapping("admin", "zzz", "prod")))

    found = planned(known, features=frozenset({"authorizer", "cors"}))

    assert list(found.blockers) == [
        "domain-shared: api.example.com leads elsewhere too: /admin to zzz",
        *(
            f"domain-loses:{feature}: API Gateway {does} for callers of api.example.com, and the load balancer does not"
            for feature, does in (
                ("authorizer", "lets in whom its authorizer knows"),
                ("mutual-tls", "asks for a client certificate"),
                ("cors", "answers CORS preflights"),
                ("base-path", "takes the base path off"),
            )
        ),
    ]


def test_what_could_not_be_read_blocks() -> None:
    found = planned(domain(SIMPLE), unread=("unknown: CloudFront distributions could not be read (denied)",))

    assert list(found.blockers) == ["unread: unknown: CloudFront distributions could not be read (denied)"]
