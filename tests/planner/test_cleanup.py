"""What a rollback left is removed once its time has come, and never while a later run may rest on it."""

from __future__ import annotations

from lambda_migrate.actions import action_to_dict
from lambda_migrate.actions.function.create_alias import CreateAlias
from lambda_migrate.actions.function.create_function_url import CreateFunctionUrl
from lambda_migrate.actions.function.publish_version import PublishVersion
from lambda_migrate.actions.iam.create_role import CreateRole
from lambda_migrate.actions.remove_leftover import RemoveLeftover
from lambda_migrate.engine.plan import Plan, Step
from lambda_migrate.engine.record import Record
from lambda_migrate.engine.runs import Run
from lambda_migrate.planner.cleanup import leftovers, plan

AT, NOW = "2026-03-01T12:00:00.000Z", 1_772_366_400.0
ALIAS = Step("01-create_alias", CreateAlias("orders", "live", "1", ""), group="alias")
ORIGINAL = Step("01-publish_version", PublishVersion("orders", "c0de", "lambda-migrate original 1"), group="proxy")


def run(number: int, phase: str, step: Step, *, until: float | None = None) -> Run:
    record = Record(3, step.id, "note", AT, "me", None, "", note={"kind": "left", "until": until})
    applied = Record(3, step.id, "applied", AT, "me", None, "")
    stands = {"left": {step.id: record}} if until is not None else {"applied": {step.id: applied}}
    return Run(number, Plan(phase, "arn", "f", (step,)).to_dict(), AT, closed="rolled-back", **stands)


PROXY, CUTOVER = run(2, "proxy", ORIGINAL, until=NOW - 1), run(5, "cutover", ALIAS, until=NOW + 60)


def planned(*runs: Run, now: float = NOW, frozen: bool = False, used: dict[tuple[int, str], str] | None = None) -> Plan:
    return plan("arn", runs, now, frozen=frozen, used=used)


def test_what_may_go_goes_the_latest_first() -> None:
    made = planned(PROXY, CUTOVER, now=NOW + 61)

    assert [(step.id, step.action) for step in made.steps] == [
        ("01-remove_leftover", RemoveLeftover(action_to_dict(ALIAS.action))),
        ("02-remove_leftover", RemoveLeftover(action_to_dict(ORIGINAL.action))),
    ]
    assert made.warnings == ()


def test_what_may_not_go_yet_is_said_with_its_time() -> None:
    made = planned(CUTOVER)

    assert (made.steps, made.warnings) == (
        (),
        ("alias live: 1 → none: not before 2026-03-01 12:01 UTC; it may still carry traffic",),
    )


def test_the_original_that_a_freeze_names_stays() -> None:
    made = planned(PROXY, frozen=True)

    assert made.steps == ()
    assert [warning.partition(": the ")[2] for warning in made.warnings] == [
        "code freeze names this version as the original; `freeze --lift` ends it"
    ]


def test_what_others_use_stays_with_what_it_rests_on_and_goes_once_they_have_left_it() -> None:
    url = Step(
        "02-create_function_url", CreateFunctionUrl("orders", "live", {"AuthType": "NONE"}), group="function URL"
    )
    steps = (ALIAS, url)
    left = {
        step.id: Record(3, step.id, "note", AT, "me", None, "", note={"kind": "left", "until": NOW - 1})
        for step in reversed(steps)
    }
    cutover = Run(5, Plan("cutover", "arn", "f", steps).to_dict(), AT, closed="rolled-back", left=left)

    busy = planned(cutover, used={(5, url.id): "it has had 7 requests within 14 days"})
    quiet = planned(cutover, used={(5, url.id): ""})

    assert (busy.steps, busy.warnings) == (
        (),
        (
            "function URL of orders:live: delete: it has had 7 requests within 14 days",
            "alias live: 1 → none: “function URL of orders:live: create” rests on it, which is in use",
        ),
    )
    assert [step.action for step in quiet.steps] == [
        RemoveLeftover(action_to_dict(step.action)) for step in reversed(steps)
    ]


def test_what_a_later_run_may_rest_on_is_no_leftover() -> None:
    assert leftovers([CUTOVER, run(9, "cutover", ALIAS)]) == []
    assert [each.step for each in leftovers([CUTOVER, run(9, "service", ALIAS)])] == [ALIAS]


def test_what_was_removed_is_gone_and_what_was_left_after_that_is_not() -> None:
    removed = run(7, "cleanup", Step("01-remove_leftover", RemoveLeftover(action_to_dict(ALIAS.action))))

    assert leftovers([CUTOVER, removed]) == []
    assert [each.run.number for each in leftovers([CUTOVER, removed, run(9, "cutover", ALIAS, until=NOW)])] == [9]


def test_what_a_guard_has_left_goes_first_and_is_no_leftover_of_a_run() -> None:
    role = CreateRole("lambda-migrate-orders-guard", {})

    made = plan("arn", [PROXY], NOW, frozen=False, guard=[role])

    assert [(step.id, step.action, step.group) for step in made.steps] == [
        ("01-remove_leftover", RemoveLeftover(action_to_dict(role)), "guard"),
        ("02-remove_leftover", RemoveLeftover(action_to_dict(ORIGINAL.action)), "proxy"),
    ]
