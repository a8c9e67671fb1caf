"""Many things are asked about at once: in order, told, and one that cannot be read is named alone."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.errors import NotAllowed
from lambda_migrate.inventory import concurrently
from lambda_migrate.inventory.finders.one_by_one import Named, look_at_each
from lambda_migrate.triggers.base import Settings, Trigger
from tests.inventory.fake_aws import FakeAws
from tests.support.waiting import TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Iterator


def session(at_once: int) -> tuple[FakeAws, list[tuple[str, int, int]]]:
    told: list[tuple[str, int, int]] = []
    return FakeAws(at_once=at_once, looked=lambda *moment: told.append(moment)), told


@pytest.mark.parametrize("at_once", [1, 3])
def test_answers_come_in_the_order_of_the_items_and_it_is_told_how_far_it_is(at_once: int) -> None:
    aws, told = session(at_once)

    assert concurrently.ask(aws, str, iter(range(5)), "S3 buckets") == ["0", "1", "2", "3", "4"]  # type: ignore[arg-type]
    assert told == [("S3 buckets", done, 5) for done in (1, 2, 3, 4, 5)]


def test_the_first_are_asked_about_while_the_rest_is_listed_and_as_many_at_once_as_said() -> None:
    aws, _told = session(3)
    together, asked = threading.Barrier(3), threading.Event()

    def listing() -> Iterator[int]:
        yield from range(3)
        assert asked.wait(TIMEOUT), "nothing was asked before the listing had ended"

    def question(item: int) -> int:
        together.wait(TIMEOUT)
        asked.set()
        return item

    assert concurrently.ask(aws, question, listing()) == [0, 1, 2]  # type: ignore[arg-type]


@pytest.mark.parametrize("at_once", [1, 3])
def test_what_fails_first_is_raised_and_the_rest_is_not_asked(at_once: int) -> None:
    aws, _told = session(at_once)
    asked: list[int] = []

    def question(item: int) -> int:
        asked.append(item)
        if item == 0:
            raise NotAllowed("not allowed")
        return item

    with pytest.raises(NotAllowed):
        concurrently.ask(aws, question, range(1000))  # type: ignore[arg-type]
    assert len(asked) < 1000


def test_one_that_cannot_be_read_is_named_and_the_others_are_found() -> None:
    aws, told = session(2)

    def look(bucket: str) -> Iterator[Trigger[Settings]]:
        if bucket == "shut":
            raise NotAllowed("s3:GetBucketNotification: not allowed")
        yield Trigger("s3", bucket, bucket, "", Settings(source=f"arn:aws:s3:::{bucket}"))

    found = look_at_each(
        aws,  # type: ignore[arg-type]
        "S3 buckets",
        ["open", "shut", "wide"],
        look,
        lambda bucket: Named(f"bucket {bucket}", f"arn:aws:s3:::{bucket}"),
    )

    assert [(each.kind, each.id, each.name, each.settings.reason) for each in found] == [
        ("s3", "open", "open", ""),
        ("unknown", "arn:aws:s3:::shut", "bucket shut", "s3:GetBucketNotification: not allowed"),
        ("s3", "wide", "wide", ""),
    ]
    assert told[-1] == ("S3 buckets", 3, 3)
