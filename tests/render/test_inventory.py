"""What `inspect` draws of those who call a function."""

from __future__ import annotations

from lambda_migrate.render.inventory import inventory
from lambda_migrate.render.terminal import Paint
from lambda_migrate.triggers.base import Settings, Trigger
from tests.planner import worlds
from tests.triggers import known

MACHINE = f"arn:aws:states:{known.REGION}:stateMachine:fulfil"


def test_what_somebody_has_to_change_by_hand_is_shown_with_what_names_the_function_and_its_arn() -> None:
    called = Settings(source=MACHINE, detail="states Pack, Ship")
    found = worlds.inventory(known.sqs(), Trigger("step_functions", f"{MACHINE}/7", "fulfil", "7", called))

    drawn = " ".join(inventory(found, Paint(width=200)).split())

    assert f"! fulfil 7, states Pack, Ship, this version does not change a definition, {MACHINE}" in drawn
    assert "→ jobs unqualified" in drawn
    assert known.sqs().settings.source not in drawn
