"""A function that has every caller at once which stands in a document: each is found, moved, and put back exactly."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate import inventory
from lambda_migrate.engine.executor import Executor
from lambda_migrate.engine.ledger import Identity, Ledger
from lambda_migrate.engine.plan import Plan
from lambda_migrate.planner import rebuilt
from lambda_migrate.triggers import kind_of
from tests.sandbox.every_document import KINDS, Everything

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.triggers.base import Trigger

pytestmark = pytest.mark.sandbox


def found(seen: inventory.Inventory) -> list[Trigger[Any]]:
    """Return what stands in documents; the sender's role names the function too, so that it is found as a caller."""
    return [each for each in seen.triggers if each.kind != "function"]


@pytest.mark.long(20)
def test_each_is_found_moved_and_put_back_exactly_although_each_fourth_change_is_throttled(
    client: Callable[[str], Any],
    make_function: Callable[..., str],
    unique: str,
    aws: Aws,
    tmp_path: Path,
    unkind: Callable[..., None],
) -> None:
    everything = Everything(client, make_function, unique)
    before = everything.documents()
    unkind(throttled=4)

    seen = inventory.take(aws, unique, alias="live")
    assert [(each.kind, each.qualifier) for each in found(seen)] == [(kind, "") for kind in KINDS]
    assert [list(kind_of(each).preflight(aws, each, seen.function, "live")) for each in found(seen)] == [[]] * 9

    repoints = [kind_of(each).to_alias(each, seen.function, "live") for each in found(seen)]
    assert [repoint.blockers for repoint in repoints if repoint] == [()] * 9
    steps = [step for repoint in repoints if repoint for step in repoint.steps]
    numbered = tuple(
        replace(step, id=f"{number:02}-{step.action.kind}", propagation=0.0) for number, step in enumerate(steps, 1)
    )
    plan = Plan("cutover", seen.function.arn, seen.fingerprint, numbered)
    identity = Identity("000000000000", "us-east-1", seen.function.arn)

    with Ledger.open(tmp_path / "ledger.yaml", identity, command="cutover", by="alice") as ledger:
        Executor(ledger, aws).run(plan)
    moved = inventory.take(aws, unique, alias="live")
    assert [(each.kind, each.qualifier) for each in found(moved)] == [(kind, "live") for kind in KINDS]
    after = everything.documents()  # entries of others among them, which no byte may change of
    assert [kind for kind in KINDS if after[kind] == before[kind]] == []
    assert json.loads(json.dumps(after, default=str).replace(f"{everything.arn}:live", everything.arn)) == json.loads(
        json.dumps(before, default=str)
    )
    again = [kind_of(each).to_alias(each, seen.function, "live") for each in found(rebuilt.before(moved))]
    assert [step.action for repoint in again if repoint for step in repoint.steps] == [step.action for step in steps]

    with Ledger.open(tmp_path / "ledger.yaml", identity, command="rollback", by="alice") as ledger:
        Executor(ledger, aws).rollback()
    assert everything.documents() == before
