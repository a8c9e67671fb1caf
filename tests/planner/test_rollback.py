"""Which steps are rolled back."""

from __future__ import annotations

import pytest

from lambda_migrate.actions.function.delete_function import DeleteFunction
from lambda_migrate.actions.function.shift_weight import ShiftWeight
from lambda_migrate.actions.secrets.drop_signing_key import DropSigningKey
from lambda_migrate.engine.plan import Plan, Step
from lambda_migrate.engine.record import Record
from lambda_migrate.engine.runs import Run
from lambda_migrate.errors import ConfigError
from lambda_migrate.planner.rollback import choose, dead_keys, traffic

AT = "2026-01-02T03:04:05.000Z"
SHIFT = ShiftWeight("orders", "live", {"version": "1", "weights": {}}, {"version": "2", "weights": {}})
FIRST, SECOND = Step("01-shift_weight", SHIFT), Step("02-shift_weight", SHIFT)
LAST = Step("03-delete_function", DeleteFunction("orders", "c"))


def run(number: int, *steps: Step, applied: int | None = None) -> Run:
    records = {step.id: Record(3, step.id, "applied", AT, "me", None, "") for step in steps[:applied]}
    return Run(number, Plan("cutover", "arn", "f", steps).to_dict(), AT, records)


def test_the_latest_step_of_the_latest_run_comes_first() -> None:
    old, new = run(2, FIRST, SECOND), run(9, FIRST, SECOND, applied=1)

    chosen = choose([old, new])

    assert chosen.runs == (old, new)
    assert chosen.steps == ((new, (FIRST,)), (old, (SECOND, FIRST)))
    assert chosen.every == (FIRST, SECOND, FIRST)
    assert chosen.irreversible is None


def test_a_run_of_which_nothing_is_applied_is_left_out() -> None:
    old, nothing = run(2, FIRST), run(9, FIRST, applied=0)

    assert choose([old, nothing], last=True).steps == ((old, (FIRST,)),)
    assert choose([nothing]).runs == ()


def test_the_step_to_go_back_to_stays() -> None:
    old, new = run(2, FIRST, SECOND), run(9, FIRST)

    assert choose([old, new], to="2/01-shift_weight").steps == ((new, (FIRST,)), (old, (SECOND,)))
    assert choose([old, new], to="9/01-shift_weight").steps == ()
    assert choose([old, new], to="02-shift_weight").steps == ((new, (FIRST,)),)


def test_a_step_that_is_not_applied_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(ConfigError) as refusal:
        choose([run(2, FIRST)], to="01-shift_weigth")

    assert (refusal.value.message, refusal.value.hint) == (
        "no step `01-shift_weigth` is applied",
        "did you mean `01-shift_weight`?",
    )


def test_it_says_before_which_step_it_ends() -> None:
    assert choose([run(2, FIRST, LAST)]).irreversible == LAST


DROPPED = Step("01-drop_signing_key", DropSigningKey("secretsmanager:orders/keys", "k1", ["k2"]))


def keyed(number: int, phase: str, *steps: Step, **summary: str) -> Run:
    records = {step.id: Record(3, step.id, "applied", AT, "me", None, "") for step in steps}
    return Run(number, Plan(phase, "arn", "f", steps, summary=summary).to_dict(), AT, records, first=dict(records))


def test_a_rollback_that_would_end_at_a_version_whose_key_is_dropped_is_refused() -> None:
    cutover, rotated = keyed(2, "cutover", FIRST), keyed(9, "rotate", SECOND, drops="k1")
    finished = keyed(12, "rotate-finish", DROPPED)
    finished.passed, finished.applied = finished.applied, {}

    (blocker,) = dead_keys(choose([cutover, rotated, finished], last=True))

    assert blocker.gate == "signing-key-dropped"
    assert list(dead_keys(choose([cutover, rotated, finished]))) == []
    assert list(dead_keys(choose([cutover, rotated], last=True))) == []


def test_what_cannot_be_undone_and_nothing_needs_is_on_the_way() -> None:
    chosen = choose([keyed(2, "cutover", FIRST), keyed(12, "rotate-finish", DROPPED)])

    assert (chosen.every, chosen.irreversible) == ((DROPPED, FIRST), None)


def test_steps_can_be_left_out_and_unknown_ones_are_refused() -> None:
    chosen = choose([run(2, FIRST, SECOND)], skip=["02-shift_weight"])

    assert (chosen.every, chosen.skipped) == ((FIRST,), (SECOND,))
    with pytest.raises(ConfigError, match="no step `05-shift_weight` is applied"):
        choose([run(2, FIRST, SECOND)], skip=["05-shift_weight"])


def test_where_traffic_is() -> None:
    half = ShiftWeight("orders", "live", {"version": "1", "weights": {}}, {"version": "1", "weights": {"2": 0.5}})
    pointed = Step("01-shift_weight", SHIFT, group="SNS topic", trigger="sns:news")

    assert traffic([]) == "the original, as before the migration"
    assert traffic([keyed(2, "cutover", FIRST)]) == "alias live, version 2"
    assert traffic([keyed(2, "cutover", Step("01", half))]) == "alias live, version 1, 50 % at 2"
    assert traffic([keyed(2, "direct", pointed)]) == "the service, without Lambda (SNS topic)"
