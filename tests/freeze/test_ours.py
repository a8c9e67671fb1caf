"""What of the function is our own change, read from the ledger: the actions say what they touch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambda_migrate.actions import action_to_dict
from lambda_migrate.actions.function.configure_latest import ConfigureLatest
from lambda_migrate.actions.function.create_alias import CreateAlias
from lambda_migrate.actions.function.grant_permission import GrantPermission
from lambda_migrate.actions.function.restore_latest import RestoreLatest
from lambda_migrate.actions.s3.create_bucket import CreateBucket
from lambda_migrate.engine.record import Event, Record
from lambda_migrate.freeze.differences import Ours

if TYPE_CHECKING:
    from lambda_migrate.actions.base import Action

LATEST = ("orders", "layer", "marker", "app.handler", "proxy.handler", {}, "", "0" * 64)
ATTACHED, DETACHED = ConfigureLatest(*LATEST), RestoreLatest(*LATEST)


def records(action: Action, *events: Event, run: int = 1, step: str = "01") -> list[Record]:
    """Return what the ledger says of a step: the action stands in its intents alone."""
    written = action_to_dict(action)
    return [
        Record(number, step, event, "2026-01-01T00:00:00Z", "me", written if "intent" in event else None, "", run)
        for number, event in enumerate(events, start=1)
    ]


def test_aliases_and_statements_are_ours_from_the_intent_on() -> None:
    statement = {"Sid": "lm-1", "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}}
    written = [
        *records(CreateAlias("orders", "live", "1", "the traffic alias"), "intent"),
        *records(GrantPermission("orders", "live", statement), "intent", "applied", step="02"),
        *records(CreateBucket("bundles", "eu-west-1"), "intent", "applied", step="03"),
    ]

    assert Ours.of(written) == Ours(aliases=frozenset({"live"}), statements=frozenset({("live", "lm-1")}))


@pytest.mark.parametrize(
    ("action", "events", "latest"),
    [
        (ATTACHED, ("intent",), True),
        (ATTACHED, ("intent", "applied"), True),
        (ATTACHED, ("intent", "applied", "undo-intent"), True),
        (ATTACHED, ("intent", "applied", "undo-intent", "undone"), False),
        (DETACHED, ("intent",), True),
        (DETACHED, ("intent", "applied"), False),
        (DETACHED, ("intent", "applied", "undo-intent"), True),
        (DETACHED, ("intent", "applied", "undo-intent", "undone"), True),
    ],
)
def test_latest_is_ours_while_it_may_carry_the_proxy(
    action: Action, events: tuple[Event, ...], *, latest: bool
) -> None:
    assert Ours.of(records(action, *events)).latest is latest


def test_what_was_attached_and_detached_again_is_not_ours() -> None:
    written = [
        *records(ATTACHED, "intent", "applied", step="01"),
        *records(DETACHED, "intent", "applied", step="02"),
    ]

    assert Ours.of(written) == Ours()
