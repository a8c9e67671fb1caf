"""Plans how a domain name leaves API Gateway: by weighted records, all of them replaced in one batch, step by step."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.route53.change_records import ChangeRecords, ordered
from lambda_migrate.engine.plan import Step
from lambda_migrate.gates import domain_loses, domain_records, domain_shared, domain_target, unread
from lambda_migrate.gates.gate import closed
from lambda_migrate.inventory.domains import FRONT
from lambda_migrate.inventory.gateway_features import FEATURES
from lambda_migrate.planner.builder import PlanBuilder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lambda_migrate.config import Migration
    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.engine.source_metrics import SourceMetrics
    from lambda_migrate.inventory import Inventory
    from lambda_migrate.inventory.domains import Domain

OLD, NEW = "lambda-migrate-api", "lambda-migrate-service"
"""Identifiers of the two weighted records of a name."""

FULL = 255
"""The heaviest weight that Route 53 takes (ResourceRecordSet, Route 53 API)."""

ALIAS_TTL = 60
"""Seconds for which resolvers keep an alias of a load balancer or of API Gateway ("Choosing between alias and non-alias
records", Route 53 guide)."""

IN_SYNC = 60.0
"""Seconds until all of Route 53's servers answer alike (GetChange, Route 53 API)."""

WHOLE = 100
GROUP = "domain"
_ROUTED = (
    "Region",
    "Failover",
    "MultiValueAnswer",
    "GeoLocation",
    "GeoProximityLocation",
    "CidrRoutingConfig",
    "TrafficPolicyInstanceId",
)


@dataclass(frozen=True)
class Target:
    """What the name is to lead to.

    Attributes:
        records: Type of a record → what it says beside name, weight and identifier; empty where nobody knows.
        problem: Why nobody knows, a clause.
        metrics: What the load balancer counts; None where it is not one of ours.
    """

    records: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    problem: str = ""
    metrics: SourceMetrics | None = None


@dataclass(frozen=True)
class Move:
    """What the plan is made from.

    Attributes:
        name: The domain name.
        domain: What is known of it; None where it leads nowhere that we know of.
        target: Where it goes.
        apis: Ids of the APIs that are, or were, the function's.
        features: What API Gateway does for its callers, of ``FEATURES``.
        unread: What could not be read, one line each.
    """

    name: str
    domain: Domain | None
    target: Target
    apis: frozenset[str] = frozenset()
    features: frozenset[str] = frozenset()
    unread: tuple[str, ...] = ()


def plan(
    inventory: Inventory, config: Migration, move: Move, weights: Sequence[int] | None = None, bake: float | None = None
) -> Plan:
    """Plan the move of a name to the service.

    Args:
        inventory: What there is.
        config: What the user wants.
        move: What is known of the name, and where it goes.
        weights: Percent of the answers that name the service, step by step; default: migration.yaml's.
        bake: How long each step is watched, in seconds; default: migration.yaml's.

    Returns:
        The plan; without steps where the name leads to the service already.
    """
    builder = PlanBuilder("domain", inventory, config)
    builder.summary |= {"domain": move.name}
    builder.block(*(closed(unread, each, move.name) for each in move.unread))
    if move.domain is None or not move.domain.records:
        builder.block(closed(domain_records, _nowhere(move), move.name))
        return builder.finish()
    wrong = _unmovable(move.domain)
    if wrong:
        builder.block(closed(domain_records, f"{move.name} {wrong}", move.name))
        return builder.finish()
    types = {each.record["Type"] for each in move.domain.records}
    if not types & move.target.records.keys():
        why = move.target.problem or f"{move.name} has records of type {', '.join(sorted(types))}, the service has none"
        builder.block(closed(domain_target, f"where {move.name} is to lead is not known: {why}", move.name))
        return builder.finish()
    _shared(builder, move, move.domain)
    _loses(builder, move, types)
    _steps(builder, move, move.domain, weights or config.cutover.weights, config.cutover.bake if bake is None else bake)
    return builder.finish()


def _nowhere(move: Move) -> str:
    if move.domain is None:
        return f"{move.name} is not a custom domain of API Gateway in this account and region, nor in Route 53"
    return f"no hosted zone of this account has records of {move.name}; where its DNS is elsewhere, move it there"


def _unmovable(domain: Domain) -> str:
    """Return why a name cannot be moved by weighted records, a clause after the name; "" where it can."""
    records = domain.records
    if domain.by == FRONT:
        return "is answered for by CloudFront: change the origin of the distribution instead"
    if len({each.zone for each in records}) > 1:
        zones = ", ".join(sorted({each.zone_name for each in records}))
        return f"has records in several hosted zones ({zones})"
    if any(each.private for each in records):
        return f"has its records in the private zone {records[0].zone_name}"
    if any(set(each.record) & set(_ROUTED) for each in records):
        return "has records with a routing policy of their own"
    identifiers = {each.record.get("SetIdentifier", OLD) for each in records}
    theirs = identifiers - {OLD, NEW}
    if theirs:
        return f"has weighted records of somebody else ({', '.join(sorted(theirs))})"
    return ""


def _shared(builder: PlanBuilder, move: Move, domain: Domain) -> None:
    others = [each for each in domain.mappings if each.api not in move.apis]
    if others:
        paths = ", ".join(f"/{each.path} to {each.api}" for each in others)
        builder.block(closed(domain_shared, f"{move.name} leads elsewhere too: {paths}", move.name))


def _loses(builder: PlanBuilder, move: Move, types: set[str]) -> None:
    domain = move.domain
    lost = set(move.features)
    if domain and domain.mutual_tls:
        lost.add("mutual-tls")
    if domain and any(each.path for each in domain.mappings if each.api in move.apis):
        lost.add("base-path")
    for feature in (each for each in FEATURES if each in lost):
        text = f"API Gateway {FEATURES[feature]} for callers of {move.name}, and the load balancer does not"
        builder.block(closed(domain_loses, text, move.name, of=feature))
    if "AAAA" in types and "AAAA" not in move.target.records:
        text = f"{move.name} has IPv6 addresses and the service has none: its AAAA records go with the last step"
        builder.block(closed(domain_loses, text, move.name, of="ipv6"))


def _steps(builder: PlanBuilder, move: Move, domain: Domain, weights: Sequence[int], bake: float) -> None:
    """Add the steps: the records apart, then their weights."""
    zone = domain.records[0].zone
    before = ordered(each.record for each in domain.records)
    old = [_plain(each) for each in before if each.get("SetIdentifier", OLD) == OLD]
    moving = [each for each in old if each["Type"] in move.target.records]
    staying = [each for each in old if each["Type"] not in move.target.records]
    ttl = max((int(each.get("TTL", ALIAS_TTL)) for each in old), default=ALIAS_TTL)
    done = _share(before)
    builder.summary |= {"ttl": str(ttl)}
    if not any("Weight" in each for each in before):
        after = _sides(moving, staying, move.target, 0)
        action = ChangeRecords(zone, move.name, before, after)
        why = "all records of the name in one batch; every answer stays as it is"
        builder.add(Step("", action, why, GROUP, propagation=IN_SYNC))
        before = after
    for percent in (each for each in weights if each > done):
        after = _sides(moving, staying if percent < WHOLE else [], move.target, percent)
        action = ChangeRecords(zone, move.name, before, after)
        why = f"{percent} % of the answers name the service; resolvers keep the others for {ttl} s"
        sources = (move.target.metrics,) if move.target.metrics else ()
        step = Step("", action, why, GROUP, gated=True, bake=bake, propagation=IN_SYNC + ttl, source_metrics=sources)
        builder.add(step)
        before = after
    builder.warn(
        f"clients that keep connections open, or names for longer than {ttl} s, go on calling API Gateway:"
        " leave the domain name and its mappings there until `retire`"
    )


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in ("SetIdentifier", "Weight")}


def _share(records: Sequence[dict[str, Any]]) -> int:
    """Return the percent of the answers that name the service."""
    heaviest = max((int(each["Weight"]) for each in records if each.get("SetIdentifier") == NEW), default=0)
    return round(WHOLE * heaviest / FULL)


def _sides(
    moving: Sequence[dict[str, Any]], staying: Sequence[dict[str, Any]], target: Target, percent: int
) -> list[dict[str, Any]]:
    """Return the records with so many percent on the service; both of a type have the same TTL, as Route 53 asks."""
    new = round(FULL * percent / WHOLE)
    sides = [*staying]
    for old in moving:
        record = target.records[old["Type"]]
        ttl = {"TTL": old["TTL"]} if "TTL" in old and "ResourceRecords" in record else {}
        sides.append({**old, "SetIdentifier": OLD, "Weight": FULL - new})
        sides.append({**record, **ttl, "Type": old["Type"], "SetIdentifier": NEW, "Weight": new})
    return ordered(sides)
