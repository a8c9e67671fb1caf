"""What `inspect` draws of those who call a function."""

from __future__ import annotations

from lambda_migrate.render.inventory import inventory
from lambda_migrate.render.terminal import Paint
from lambda_migrate.triggers.base import Settings, Trigger
from tests.planner import worlds
from tests.triggers import known

CALLER = f"arn:aws:lambda:{known.REGION}:function:billing"


def test_what_somebody_has_to_change_by_hand_is_shown_with_what_names_the_function_and_its_arn() -> None:
    called = Settings(source=CALLER, detail="named by its variable ORDERS")
    found = worlds.inventory(known.sqs(), Trigger("function", f"{CALLER}/7", "billing", "7", called))

    drawn = " ".join(inventory(found, Paint(width=200)).split())

    assert f"! billing 7, named by its variable ORDERS, it invokes from its own code, {CALLER}" in drawn
    assert "→ jobs unqualified" in drawn
    assert known.sqs().settings.source not in drawn


def test_what_goes_no_further_than_the_alias_is_shown_with_the_reason_once_for_each_kind() -> None:
    shown = worlds.inventory(known.sqs(), known.s3("uploads"), known.s3("scans"), known.kinesis("clicks"))

    drawn = inventory(shown, Paint(width=200))

    assert drawn.partition("No further than the alias\n")[2] == (
        "  ! S3 bucket: S3 cannot send to a URL; name a queue of the service for the bucket in `service.s3_queues`\n"
        "  ! Kinesis stream: only Lambda knows how far it has read; a pipe, if `service.pipes` names the stream,"
        " repeats some minutes"
    )
    assert "No further" not in inventory(worlds.inventory(known.sqs()), Paint(width=200))
