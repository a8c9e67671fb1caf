"""A name moves from API Gateway to the service and back, on an AWS with a hosted zone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.user import User

pytestmark = pytest.mark.sandbox

GATEWAY = {
    "HostedZoneId": "Z1UJRXOUMOOFQ8",
    "DNSName": "d-1.execute-api.us-east-1.amazonaws.com.",
    "EvaluateTargetHealth": False,
}
BALANCER = {
    "HostedZoneId": "Z35SXDOTRQ7X7K",
    "DNSName": "orders-1.us-east-1.elb.amazonaws.com.",
    "EvaluateTargetHealth": False,
}
Zone = tuple[str, str]


@pytest.fixture
def zone(client: Callable[[str], Any], unique: str) -> Zone:
    """Make a zone in which `api` leads to API Gateway and `orders` to a load balancer; return its id and name."""
    route53, name = client("route53"), f"{unique}.localhost"
    made = route53.create_hosted_zone(Name=name, CallerReference=unique)["HostedZone"]["Id"].rpartition("/")[2]
    records = [
        {"Name": f"api.{name}.", "Type": "A", "AliasTarget": GATEWAY},
        {"Name": f"api.{name}.", "Type": "TXT", "TTL": 60, "ResourceRecords": [{"Value": '"theirs"'}]},
        {"Name": f"orders.{name}.", "Type": "A", "AliasTarget": BALANCER},
    ]
    changes = [{"Action": "CREATE", "ResourceRecordSet": each} for each in records]
    route53.change_resource_record_sets(HostedZoneId=made, ChangeBatch={"Changes": changes})
    return made, name


@pytest.fixture
def records(client: Callable[[str], Any], zone: Zone) -> Callable[[], list[dict[str, Any]]]:
    def read() -> list[dict[str, Any]]:
        listed = client("route53").list_resource_record_sets(HostedZoneId=zone[0])["ResourceRecordSets"]
        return sorted(listed, key=lambda each: (each["Name"], each["Type"], each.get("SetIdentifier", "")))

    return read


def configure(user: User, zone: Zone, service: str, accept: str = "") -> str:
    """Have the service be called by its name in the zone, which is on this machine; return the name that moves."""
    port = urlsplit(service).port
    cutover = "{propagation: false, bake: 1s, weights: [10, 100]}"
    user.configure(url=f"http://orders.{zone[1]}:{port}", cutover=cutover, extra=accept)
    file = user.folder / "migration.yaml"
    file.write_text(file.read_text().replace("directory: '.'", "directory: '.', plain_http: true"))
    return f"api.{zone[1]}"


def weights(listed: list[dict[str, Any]]) -> dict[str, int]:
    return {each["AliasTarget"]["DNSName"]: each["Weight"] for each in listed if "Weight" in each}


def test_a_name_moves_step_by_step_and_goes_back_to_the_record_that_it_had(
    user: User, zone: Zone, records: Callable[[], list[dict[str, Any]]], service: str
) -> None:
    name, before = configure(user, zone, service), records()

    there = user("cutover", "--domain", name, "--yes", "--json")

    assert there.code == 0, there.err
    assert weights(records()) == {GATEWAY["DNSName"]: 0, BALANCER["DNSName"]: 255}
    again = user("cutover", "--domain", name, "--yes")
    assert (again.code, weights(records())[BALANCER["DNSName"]]) == (0, 255)

    back = user("rollback", "--yes")

    assert back.code == 0, back.err
    assert records() == before


def test_a_plan_of_a_name_shows_its_records_and_changes_nothing(
    user: User, zone: Zone, records: Callable[[], list[dict[str, Any]]], service: str
) -> None:
    name, before = configure(user, zone, service), records()

    shown = user("cutover", "--domain", f"{name.upper()}.", "--dry-run")

    assert shown.code == 0, shown.err
    assert "d-1.execute-api.us-east-1.amazonaws.com with weight 229" in shown.out.replace("\n", " ").replace("  ", " ")
    assert records() == before


@pytest.mark.parametrize(
    ("typed", "code", "error"),
    [
        (("cutover", "--domain", "nowhere.example.com"), 3, "domain-records"),
        (("cutover", "--domain", "not a name"), 2, "is not a valid domain name"),
        (("cutover", "--domain", "api.example.com", "--direct"), 2, "are two commands"),
    ],
)
def test_what_is_not_a_name_that_can_move_is_refused(
    typed: tuple[str, ...], code: int, error: str, user: User, zone: Zone, service: str
) -> None:
    configure(user, zone, service)

    answer = user(*typed, "--yes")

    assert (answer.code, error in answer.err) == (code, True), answer.err


def test_a_service_that_does_not_answer_for_the_name_is_a_gate(
    user: User, zone: Zone, records: Callable[[], list[dict[str, Any]]]
) -> None:
    name, before = configure(user, zone, "http://127.0.0.1:9"), records()

    answer = user("cutover", "--domain", name, "--yes")

    assert (answer.code, "domain-not-served" in answer.err) == (3, True), answer.err
    assert records() == before
