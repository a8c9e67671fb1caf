"""Whether a URL leads to the function by a name of the owner's, as `verify load` and `verify shadow` ask."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from lambda_migrate.config import Migration
from lambda_migrate.errors import NotAllowed
from lambda_migrate.inventory import domains
from lambda_migrate.workflow.way_to_function import Way, by_way_of, doubt, way
from tests.inventory.named_account import REGIONAL, account
from tests.inventory.taking import take


@pytest.fixture(scope="module")
def known() -> domains.Domains:
    aws = account()
    return domains.read(aws, take(aws))  # type: ignore[arg-type]  # all that it needs


@pytest.mark.parametrize(
    ("host", "by"),
    [
        ("api.example.com", "API Gateway"),
        (REGIONAL, "API Gateway"),
        ("shop.example.com", "CloudFront"),
        ("d111.cloudfront.net", "CloudFront"),
        ("other.example.com", ""),
        ("copy.example.com", ""),
    ],
)
def test_names_and_hosts_that_lead_to_the_function_are_known(host: str, by: str, known: domains.Domains) -> None:
    assert by_way_of(known, host) == by


def test_a_name_whose_records_lead_elsewhere_by_now_has_left_the_function(known: domains.Domains) -> None:
    (moved,) = (each for each in known.names if each.name == "api.example.com")
    elsewhere = replace(moved.records[0], record={"Type": "CNAME", "ResourceRecords": [{"Value": "alb.example.com"}]})
    half = replace(moved, records=(*moved.records, elsewhere))

    assert by_way_of(domains.Domains((replace(moved, records=(elsewhere,)),)), moved.name) == ""
    assert by_way_of(domains.Domains((half,)), moved.name) == "API Gateway"
    assert by_way_of(domains.Domains((replace(moved, records=()),)), moved.name) == "API Gateway"


def context_of(error: NotAllowed) -> Any:
    def refuse() -> None:
        raise error

    told = {"function": "orders", "service": {"url": "https://orders.example.com"}}
    progress = SimpleNamespace(begin=lambda _text: None, end=lambda: None)
    return SimpleNamespace(
        migration=Migration.model_validate(told), require_ledger_place=refuse, progress=progress, aws_read_only=None
    )


def test_what_could_not_be_looked_up_is_said_and_own_names_are_not_looked_up() -> None:
    context = context_of(NotAllowed("no AWS credentials were found"))

    found = way(context, "https://copy.example.com")

    assert found == Way(unknown="no AWS credentials were found")
    assert doubt(found, "https://copy.example.com") == (
        "Whether copy.example.com leads to the function could not be looked up: no AWS credentials were found."
    )
    assert way(context, "https://orders.example.com") == way(context, "http://127.0.0.1:80") == Way()
    assert doubt(Way(), "https://orders.example.com") == ""
