"""Worlds of the actions in Route 53: a zone with records of the owners beside ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.route53.change_records import ChangeRecords
from tests.actions.stage import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.actions.stage import Stage

OLD = {"HostedZoneId": "Z1UJRXOUMOOFQ8", "DNSName": "d-abc.execute-api.us-east-1.amazonaws.com."}
NEW = {"HostedZoneId": "Z35SXDOTRQ7X7K", "DNSName": "orders-1.us-east-1.elb.amazonaws.com."}


def alias(target: dict[str, str], identifier: str = "", weight: int = 0) -> dict[str, Any]:
    """Return an A record that is an alias; weighted where it has an identifier."""
    weighted = {"SetIdentifier": identifier, "Weight": weight} if identifier else {}
    return {"Type": "A", **weighted, "AliasTarget": {**target, "EvaluateTargetHealth": False}}


def split(stage: Stage) -> World:
    """A simple record becomes two weighted ones."""
    after = [alias(OLD, "lambda-migrate-api", 255), alias(NEW, "lambda-migrate-service", 0)]
    return _world(stage, [alias(OLD)], after)


def shifted(stage: Stage) -> World:
    """The weights of two records move."""
    before = [alias(OLD, "lambda-migrate-api", 230), alias(NEW, "lambda-migrate-service", 25)]
    after = [alias(OLD, "lambda-migrate-api", 0), alias(NEW, "lambda-migrate-service", 255)]
    return _world(stage, before, after)


def _world(stage: Stage, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> World:
    route53, name = stage.client("route53"), f"api.{stage.name}.example.com"
    zone = route53.create_hosted_zone(Name=f"{stage.name}.example.com", CallerReference=stage.name)["HostedZone"]["Id"]
    zone = zone.rpartition("/")[2]

    def change(action: str, *records: dict[str, Any]) -> None:
        batch = {"Changes": [{"Action": action, "ResourceRecordSet": each} for each in records]}
        route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)

    def text(host: str) -> dict[str, Any]:
        return {"Name": f"{host}.", "Type": "TXT", "TTL": 60, "ResourceRecords": [{"Value": '"theirs"'}]}

    def documents() -> dict[str, Any]:
        listed = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
        return {f"{each['Name']} {each['Type']} {each.get('SetIdentifier', '')}": each for each in listed}

    def foreign() -> None:
        change("CREATE", text(name), text(f"www.{stage.name}.example.com"))

    def drift() -> None:
        first = {"Name": f"{name}.", **before[0]}
        change("DELETE", first)
        change("CREATE", {**first, "AliasTarget": {**first["AliasTarget"], "EvaluateTargetHealth": True}})

    change("CREATE", *({"Name": f"{name}.", **each} for each in before))
    return World(ChangeRecords(zone, name, before, after), documents, foreign, drift)


WORLDS: dict[str, Callable[[Stage], World]] = {
    "change_records/split": split,
    "change_records/shifted": shifted,
}
