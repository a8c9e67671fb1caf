"""Where a migration stands, from runs alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lambda_migrate.actions.function.shift_weight import ShiftWeight
from lambda_migrate.engine.lock import Holder
from lambda_migrate.engine.plan import Plan, Step
from lambda_migrate.engine.record import Record
from lambda_migrate.engine.runs import Run
from lambda_migrate.planner.status import MigrationStatus, status_of
from lambda_migrate.planner.whereabouts import whereabouts
from lambda_migrate.render.status import status
from lambda_migrate.render.terminal import Paint

AT = "2026-01-02T03:04:05.000Z"
SHIFT = ShiftWeight("orders", "live", {"version": "1", "weights": {}}, {"version": "2", "weights": {}})
STEPS = (Step("01-shift_weight", SHIFT), Step("02-shift_weight", SHIFT))


def record(id: str, event: str = "applied") -> Record:  # noqa: A002  # the record's own field
    return Record(3, id, event, AT, "me", None, "")  # type: ignore[arg-type]


def run(phase: str, events: str = "", *, done: int = 2) -> Run:
    plan = Plan(phase, "arn", "f", STEPS, summary={"events": events} if events else {})
    applied = {step.id: record(step.id) for step in STEPS[:done]}
    return Run(2, plan.to_dict(), AT, applied, closed="finished" if done == len(STEPS) else "")


def found(*runs: Run, lifted: bool = True, healthy: bool = True) -> MigrationStatus:
    return status_of(runs, lifted=lifted, function="orders", healthy=healthy)


@pytest.mark.parametrize(
    ("runs", "states", "phase", "following"),
    [
        ((), "done open open open", "proxy", "doctor"),
        ((run("proxy", "non-api"),), "done now open open", "cutover", "verify"),
        (
            (run("proxy", "non-api"), run("cutover", "non-api")),
            "done done open open",
            "proxy",
            "proxy deploy --events all",
        ),
        (
            (run("proxy", "non-api"), run("cutover", "non-api"), run("proxy", "all")),
            "done done now open",
            "cutover",
            "verify",
        ),
        ((run("proxy", "all"), run("cutover", "all")), "done done done open", "direct", "plan --phase direct"),
        (
            (run("proxy", "all"), run("cutover", "all"), run("direct")),
            "done done done now",
            "retire",
            "plan --phase retire",
        ),
        (
            (run("proxy", "all"), run("cutover", "all"), run("direct"), run("retire")),
            "done done done done",
            "retire",
            "report --html report.html",
        ),
        ((run("proxy", "all"), run("cutover", "all", done=1)), "done now now open", "cutover", "cutover"),
    ],
    ids=["nothing", "proxied", "events-moved", "proxied-all", "moved", "direct", "retired", "half-way"],
)
def test_the_journey_follows_from_the_runs(runs: tuple[Run, ...], states: str, phase: str, following: str) -> None:
    stands = found(*runs)

    assert " ".join(stage.state for stage in stands.stages) == states
    assert stands.phase == phase
    assert stands.next[0] == following


def test_without_a_service_the_next_thing_is_to_make_one() -> None:
    assert found(lifted=False, healthy=False).next == ("doctor", "init")


def test_a_service_that_is_only_written_is_not_lifted() -> None:
    written = found(healthy=False)

    assert (written.stages[0].state, written.stages[0].detail, written.next) == (
        "now",
        "the service is written; `service deploy` comes next",
        ("doctor", "service deploy"),
    )


def test_which_events_come_first_is_for_the_plan_to_say_which_looks_at_the_triggers() -> None:
    assert found().next == ("doctor", "plan")
    assert found(run("proxy", "non-api"), run("cutover", "non-api")).next == ("proxy deploy --events all",)


def test_a_deployment_that_the_ledger_holds_tells_that_the_service_was_healthy() -> None:
    assert found(run("service"), healthy=False).stages[0].state == "done"


def test_a_run_that_was_taken_back_does_not_count() -> None:
    taken_back = replace(run("proxy", "all", done=0), closed="rolled-back")

    assert found(taken_back) == found()


def test_a_run_that_was_taken_back_in_part_is_not_done() -> None:
    partly = replace(run("cutover", "all", done=1), closed="finished")

    assert found(run("proxy", "all"), partly).phase == "cutover"


def test_a_run_of_which_nothing_stands_makes_room_for_others() -> None:
    assert found(run("proxy", "non-api"), run("cutover", "non-api", done=0)) == found(run("proxy", "non-api"))


def test_a_proxy_version_that_is_being_made_is_not_said_to_be_published() -> None:
    stages = found(run("proxy", "non-api", done=1)).stages

    assert [stage.detail for stage in stages if stage.state == "now"] == ["its proxy version is not published yet"]


def test_status_reads_like_git_status() -> None:
    half_way = replace(
        run("cutover", "all", done=1), open_intents={"02-shift_weight": record("02-shift_weight", "intent")}
    )
    stands = found(run("proxy", "all"), half_way)

    assert status(stands, Holder("anna", "lab", 7, "cutover", "08:00"), ("Its end is torn.",), Paint()) == (
        "  ✓  1 lift     the service is deployed, and was healthy\n"
        "  →  2 non-API  the proxy version is published, its traffic is not all moved\n"
        "  →  3 API      the proxy version is published, its traffic is not all moved\n"
        "  ·  4 wrap up\n"
        "\n"
        "Live: alias live is at version 2\n"
        "\n"
        f"Not finished: cutover of {AT}, 1 of 2 steps are applied\n"
        "  (`lambda-migrate cutover` carries on)\n"
        "  (`lambda-migrate rollback --last` rolls it back)\n"
        "\n"
        "Without an outcome: 02-shift_weight\n"
        "  (the next run finds out by looking at AWS)\n"
        "\n"
        "Its end is torn.\n"
        "\n"
        "Held by anna on lab (process 7), `cutover`, since 08:00\n"
        "  (if it is gone for good, `lambda-migrate unlock` evicts it)"
    )


def test_a_canary_that_is_held_is_not_moved_and_says_when_it_would_go_back() -> None:
    held = run("cutover", "all")
    held.document["summary"]["holds"] = "10"
    guard = "alias live goes back to version 1 by itself at 2026-01-03 03:04 UTC"

    stands = status_of([run("proxy", "all"), held], lifted=True, function="orders", guard=guard)

    assert (stands.phase, stands.next[0], [stage.state for stage in stands.stages]) == (
        "cutover",
        "verify",
        ["done", "now", "now", "open"],
    )
    assert f"\nGuard: {guard}\n" in status(stands, None, (), Paint()) + "\n"


QUEUE, RULE = "sqs:arn:aws:sqs:eu-west-1:123456789012:jobs", "eventbridge:arn:aws:events:eu-west-1:1:rule/shop/paid"
LABELS = {QUEUE: "SQS queue", RULE: "EventBridge rule"}


def moving(phase: str, *triggers: str, done: int) -> Run:
    steps = tuple(
        Step(f"0{number}-{name}", SHIFT, group=LABELS[name], trigger=name) for number, name in enumerate(triggers)
    )
    document = Plan(phase, "arn", "f", steps, summary={"alias": "live"} if phase == "cutover" else {}).to_dict()
    applied = {step.id: record(step.id) for step in steps[:done]}
    return Run(2, document, AT, applied, closed="finished" if done == len(steps) else "")


def test_a_trigger_is_called_as_a_person_calls_it() -> None:
    api = "http_api:arn:aws:execute-api:eu-west-1:123456789012:30dc0666/*/*"
    step = Step("01-point_api", SHIFT, group="HTTP API", trigger=api, trigger_name="orders")
    run = Run(2, Plan("cutover", "arn", "f", (step,)).to_dict(), AT, {})

    assert [row.name for row in whereabouts([run])] == ["HTTP API orders"]


@pytest.mark.parametrize(
    ("runs", "rows"),
    [
        ([], []),
        (
            [moving("cutover", QUEUE, RULE, done=1)],
            [
                ("SQS queue jobs", "alias live", "service", "function"),
                ("EventBridge rule paid", "function", "alias live", "stays"),
            ],
        ),
        (
            [moving("cutover", QUEUE, QUEUE, done=1)],
            [("SQS queue jobs", "moving", "alias live", "function")],
        ),
        (
            [moving("cutover", QUEUE, done=1), moving("direct", QUEUE, RULE, RULE, done=2)],
            [
                ("SQS queue jobs", "service", "stays", "alias live"),
                ("EventBridge rule paid", "moving", "service", "alias live"),
            ],
        ),
        (
            [moving("cutover", QUEUE, done=1), moving("direct", QUEUE, done=0)],
            [("SQS queue jobs", "alias live", "service", "function")],
        ),
    ],
    ids=["nothing", "half-of-them", "half-of-one", "direct", "rolled-back"],
)
def test_each_trigger_has_a_row(runs: list[Run], rows: list[tuple[str, ...]]) -> None:
    assert list(found(*runs).triggers) == rows


def test_the_rows_of_the_triggers_fit_a_narrow_screen() -> None:
    stands = found(moving("cutover", QUEUE, RULE, done=1))
    now = 1767323045.0 + 4000

    wide, narrow = (status(stands, None, (), Paint(width=width), now=now) for width in (66, 44))

    assert (
        "\n\nTriggers                 now         planned     after rollback\n"
        "  SQS queue jobs         alias live  service     function\n"
        "  EventBridge rule paid  function    alias live  stays\n"
        "\n"
        "Time: 1 h 6 min since 2026-01-02 03:04 UTC, the first plan"
    ) in wide
    assert (
        "\n\nTriggers  now         planned     after rollback\n"
        "  SQS queue jobs\n"
        "          alias live  service     function\n"
        "  EventBridge rule paid\n"
        "          function    alias live  stays\n"
    ) in narrow
    assert all(len(line) <= 66 for line in wide.splitlines())
