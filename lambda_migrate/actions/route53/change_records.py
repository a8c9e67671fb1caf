"""Replaces the records of one name in a hosted zone, all in one batch: whoever asks sees all of them or none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions.base import Observed, Replace, conflict
from lambda_migrate.aws.permissions import calls
from lambda_migrate.errors import AwsError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

_KEPT = (
    "Type",
    "SetIdentifier",
    "Weight",
    "Region",
    "Failover",
    "MultiValueAnswer",
    "GeoLocation",
    "TTL",
    "ResourceRecords",
    "AliasTarget",
    "HealthCheckId",
)
"""What a record says beside its name."""


@dataclass(frozen=True)
class ChangeRecords(Replace):
    """Replace records of one name; those of other types, such as TXT and MX, stay.

    Attributes:
        zone: Id of the hosted zone.
        name: The name, without the dot at its end.
        before: The records of the types that change, as Route 53 lists them, less the name.
        after: What stands there afterwards.
    """

    kind: ClassVar[str] = "change_records"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "~"
    zone: str
    name: str
    before: list[dict[str, Any]]
    after: list[dict[str, Any]]

    def describe(self) -> str:
        """Return one line for a person."""
        return f"records of {self.name}: {summary(self.before)} → {summary(self.after)}"

    def observe(self, aws: Aws) -> Observed:
        """Return which side the records of these types show."""
        types = {each["Type"] for each in (*self.before, *self.after)}
        there = ordered(each for each in records(aws, self.zone, self.name) if each["Type"] in types)
        if there == ordered(self.after):
            return Observed.AFTER
        return Observed.BEFORE if there == ordered(self.before) else Observed.DRIFT

    def write(self, aws: Aws, side: list[dict[str, Any]]) -> None:
        """Put one side in the place of the other.

        Route 53 deletes a record only if all of it is as the request says, and carries out a batch as a whole or not at
        all (ChangeResourceRecordSets, Route 53 API): what somebody else changed meanwhile is not overwritten.

        Raises:
            PreconditionFailed: Somebody else was faster.
        """
        other = self.before if side == self.after else self.after
        changes = [{"Action": "DELETE", "ResourceRecordSet": self._set(each)} for each in other if each not in side]
        changes += [{"Action": "CREATE", "ResourceRecordSet": self._set(each)} for each in side if each not in other]
        batch = {"Comment": "lambda-migrate", "Changes": changes}
        try:
            aws.call("route53", "change_resource_record_sets", HostedZoneId=self.zone, ChangeBatch=batch)
        except AwsError as error:
            if error.aws_code == "InvalidChangeBatch":
                raise conflict(f"records of {self.name}") from error
            raise

    def _set(self, record: dict[str, Any]) -> dict[str, Any]:
        return {"Name": f"{self.name}.", **record}

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return calls("route53", "ListResourceRecordSets ChangeResourceRecordSets", HostedZoneId=self.zone)

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        return f"records of {self.name}: {summary(records(aws, self.zone, self.name))}"


def records(aws: Aws, zone: str, name: str) -> list[Document]:
    """Return all records of a name, less the name; Route 53 lists a zone in the order of its names."""
    there = []
    listed = aws.pages(
        "route53", "list_resource_record_sets", "ResourceRecordSets", HostedZoneId=zone, StartRecordName=name
    )
    for each in listed:
        if spoken(str(each["Name"])) != name:
            break
        there.append({key: each[key] for key in _KEPT if key in each})
    return there


def spoken(name: str) -> str:
    """Return a name as people write it: without the dot at its end, in lower case, and ``*`` as it is."""
    return name.rstrip(".").replace("\\052", "*").lower()


def ordered(listed: Iterable[Document]) -> list[Document]:
    """Return records in an order that does not depend on AWS."""
    return sorted(listed, key=lambda each: (each["Type"], each.get("SetIdentifier", "")))


def summary(listed: Iterable[Document]) -> str:
    """Return records in one line."""
    return ", ".join(map(_shown, ordered(listed))) or "none"


def _shown(record: Document) -> str:
    alias, values = record.get("AliasTarget"), record.get("ResourceRecords") or ()
    target = spoken(alias["DNSName"]) if alias else " ".join(str(each["Value"]) for each in values)
    weight = f" with weight {record['Weight']}" if "Weight" in record else ""
    return f"{record['Type']} {target}{weight}"
