"""The schedule that puts a canary back by itself: set before traffic moves, moved, cancelled, and seen as ours."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.engine.guard_role import name_of
from lambda_migrate.engine.guard_schedule import armed_schedule
from lambda_migrate.engine.ledger import Ledger
from lambda_migrate.engine.promotion import promote
from lambda_migrate.engine.runs import runs
from lambda_migrate.errors import Drifted, GateClosed, Inconclusive, Interrupted
from tests.actions.crashes import Crashes, Killed
from tests.engine.canary import BAKE, GRACE, HOLD, LATER, Canary
from tests.engine.world import FAIL, PASS, UNSURE

if TYPE_CHECKING:
    from lambda_migrate.engine.bake import Ask
    from lambda_migrate.engine.events import RunEvent
    from lambda_migrate.engine.verdict import Verdict

pytestmark = pytest.mark.sandbox


def test_it_is_set_before_traffic_moves_and_gone_once_all_of_it_has_passed(canary: Canary) -> None:
    seen: list[tuple[dict[str, Any], float | None]] = []
    canary.verdicts = [PASS, PASS]
    executor = canary.open()
    executor.watch = lambda moment: seen.append((canary.alias(), canary.acts_at())) if moment.kind == "start" else None

    with executor.ledger:
        executor.run(canary.plan(10, 100))

    assert seen == [
        ({"version": "1", "weights": {}}, BAKE + GRACE),
        ({"version": "1", "weights": {"2": 0.1}}, pytest.approx(2 * BAKE + GRACE, abs=2)),
    ]
    assert (canary.alias(), canary.acts_at(), canary.roles()) == ({"version": "2", "weights": {}}, None, [])
    assert armed_schedule(Ledger.read(canary.path)) is None


@pytest.mark.parametrize(
    ("number", "call"), [(1, "iam:CreateRole"), (3, "scheduler:CreateSchedule"), (5, "iam:DeleteRolePolicy")]
)
def test_killed_at_a_change_of_it_the_next_run_sets_it_before_traffic_moves_and_leaves_nothing(
    number: int, call: str, canary: Canary
) -> None:
    crashes = Crashes(canary.aws)
    plan, guarded = canary.plan(100), []
    canary.verdicts = [PASS]
    crashes.arm(number)
    executor = canary.open()
    with executor.ledger, pytest.raises(Killed):
        executor.run(plan)
    killed_at = crashes.calls[-1]
    crashes.arm()

    canary.verdicts = [PASS]
    executor = canary.open()
    executor.watch = lambda moment: guarded.append(canary.acts_at()) if moment.kind == "start" else None
    with executor.ledger:
        executor.run(plan)

    assert (killed_at, None in guarded) == (call, False)
    assert (canary.alias(), canary.acts_at(), canary.roles()) == ({"version": "2", "weights": {}}, None, [])


def test_its_role_may_update_the_aliases_of_this_function_and_nothing_else(canary: Canary) -> None:
    canary.verdicts = [PASS]

    canary.run(canary.plan(10))

    iam, name = canary.client("iam"), name_of(canary.function)
    trust = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]["Statement"]
    allowed = iam.get_role_policy(RoleName=name, PolicyName="update-alias")["PolicyDocument"]["Statement"]
    assert trust == [
        {
            "Effect": "Allow",
            "Principal": {"Service": "scheduler.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"aws:SourceAccount": canary.aws.account}},
        }
    ]
    assert allowed == [{"Effect": "Allow", "Action": "lambda:UpdateAlias", "Resource": canary.arn}]
    assert iam.list_role_policies(RoleName=name)["PolicyNames"] == ["update-alias"]


@pytest.mark.parametrize(
    ("verdict", "percents"), [(UNSURE, (10, 100)), (PASS, (10,)), (replace(FAIL, stays=True), (10, 100))]
)
def test_where_traffic_stays_on_purpose_it_waits_for_the_hold(
    verdict: Verdict, percents: tuple[int, ...], canary: Canary
) -> None:
    canary.verdicts = [verdict]

    try:
        canary.run(canary.plan(*percents))
    except (Inconclusive, GateClosed):
        assert verdict is not PASS

    armed = armed_schedule(Ledger.read(canary.path))
    assert canary.acts_at() == pytest.approx(canary.clock.time - LATER + HOLD, abs=1)
    assert armed
    assert (armed.alias, armed.version, armed.at - LATER) == ("live", "1", canary.acts_at())


def test_who_judges_again_is_guarded_by_the_bake_again(canary: Canary) -> None:
    canary.verdicts = [UNSURE, UNSURE]
    plan = canary.plan(10, 100)
    with pytest.raises(Inconclusive):
        canary.run(plan)
    executor, seen = canary.open(), []
    executor.judge = lambda step, since, *, first, final: (seen.append(canary.acts_at()), UNSURE)[1]  # noqa: ARG005  # as judges are called

    with executor.ledger, pytest.raises(Inconclusive):
        executor.run(plan)

    assert seen == [pytest.approx(canary.clock.time - LATER + GRACE, abs=2)]


def test_a_fail_takes_traffic_back_and_then_the_guard(canary: Canary) -> None:
    canary.verdicts = [PASS, FAIL]

    with pytest.raises(GateClosed):
        canary.run(canary.plan(10, 100))

    assert (canary.alias(), canary.acts_at(), canary.roles()) == ({"version": "1", "weights": {}}, None, [])


def test_a_fail_that_leaves_the_weight_of_an_earlier_command_leaves_it_guarded(canary: Canary) -> None:
    canary.verdicts = [PASS]
    canary.run(canary.plan(10))
    canary.clock.time += 3600
    canary.verdicts = [FAIL]

    with pytest.raises(GateClosed):
        canary.run(canary.plan(100))

    assert canary.alias() == {"version": "1", "weights": {"2": 0.1}}
    assert canary.acts_at() == pytest.approx(canary.clock.time - LATER + HOLD, abs=1)
    armed = armed_schedule(Ledger.read(canary.path))
    assert armed
    assert (armed.version, armed.at - LATER) == ("1", canary.acts_at())
    canary.rollback()
    assert (canary.alias(), canary.acts_at(), canary.roles()) == ({"version": "1", "weights": {}}, None, [])


def test_it_waits_while_a_bake_is_paused_moves_with_what_is_added_and_stays_until_an_abort_is_done(
    canary: Canary,
) -> None:
    keys: list[tuple[float, Ask]] = [(60, "pause"), (5060, "pause"), (5070, "extend"), (5080, "abort")]
    seen: list[float | None] = []
    executor = canary.open()

    def asked() -> Ask | None:
        if not keys or canary.clock.time - LATER < keys[0][0]:
            return None
        seen.append(canary.acts_at())
        return keys.pop(0)[1]

    def watch(moment: RunEvent) -> None:
        if moment.kind == "undo":
            seen.append(canary.acts_at())

    executor.asked, executor.watch = asked, watch
    with executor.ledger, pytest.raises(GateClosed) as caught:
        executor.run(canary.plan(10, 100))

    end = BAKE + 5000
    moved = [BAKE + GRACE, 60 + HOLD, end + GRACE, end + BAKE / 3 + GRACE, end + BAKE / 3 + GRACE]
    assert seen == [pytest.approx(at, abs=3) for at in moved]
    assert caught.value.message == "01-shift_weight failed: aborted by a key, before the bake was over"
    assert (canary.alias(), canary.acts_at(), canary.roles()) == ({"version": "1", "weights": {}}, None, [])


@pytest.mark.parametrize("percents", [(10, 50, 100), (10,)])
def test_what_it_did_is_ours_and_the_same_command_begins_again(percents: tuple[int, ...], canary: Canary) -> None:
    canary.verdicts = [PASS] * 2
    if len(percents) > 1:
        canary.verdicts[1] = UNSURE
        with pytest.raises(Inconclusive):
            canary.run(canary.plan(*percents))
    else:
        canary.run(canary.plan(*percents))
    canary.clock.time += HOLD + 60
    canary.act()
    canary.verdicts = [PASS] * 3

    canary.run(canary.plan(10, 50, 100))

    assert "alias live went back to version 1 by itself, at 2099-01-02 00:" in " ".join(canary.told)
    assert (canary.alias(), canary.acts_at()) == ({"version": "2", "weights": {}}, None)
    assert canary.rollback() == ["03-shift_weight", "02-shift_weight", "01-shift_weight"]
    assert canary.alias() == {"version": "1", "weights": {}}


def test_a_rollback_after_it_acted_finds_nothing_to_do(canary: Canary) -> None:
    canary.verdicts = [PASS, UNSURE]
    with pytest.raises(Inconclusive):
        canary.run(canary.plan(10, 50, 100))
    canary.clock.time += HOLD + 60
    canary.act()

    assert canary.rollback() == []
    assert [run.under_way for run in runs(Ledger.read(canary.path))] == [False]


@pytest.mark.parametrize(("percents", "stays"), [((100,), False), ((10, 100), False), ((10,), True)])
def test_who_promotes_the_last_step_is_not_turned_back_a_day_later(
    percents: tuple[int, ...], stays: bool, canary: Canary
) -> None:
    canary.verdicts = [PASS] * (len(percents) - 1) + [UNSURE]
    with pytest.raises(Inconclusive):
        canary.run(canary.plan(*percents))
    with canary.open().ledger as ledger:
        promote(ledger, "we looked")

    canary.run(canary.plan(*percents))

    assert runs(Ledger.read(canary.path))[0].closed == "finished"
    assert (canary.acts_at() is not None) == stays


@pytest.mark.parametrize(("theirs", "stays"), [({"3": 1.0}, False), ({"3": 0.4}, False), ({"2": 0.4}, True)])
@pytest.mark.parametrize("when", ["planned", "baking"])
def test_it_never_overwrites_what_somebody_else_made_of_the_alias(
    when: str, theirs: dict[str, float], stays: bool, canary: Canary
) -> None:
    canary.publish()
    canary.verdicts = [PASS]
    plan, executor = canary.plan(10, 100), canary.open()
    moment = {"planned": "plan", "baking": "bake"}[when]
    executor.watch = lambda told: canary.move(theirs) if told.kind == moment else None

    with executor.ledger, pytest.raises(Drifted):
        executor.run(plan)
    assert (canary.acts_at() is not None) == stays
    found = canary.alias()
    with suppress(Drifted):
        canary.rollback()

    assert (canary.acts_at() is not None, canary.alias()) == (stays and when == "baking", found)


def test_a_rollback_cancels_it(canary: Canary) -> None:
    canary.verdicts = [PASS]
    canary.run(canary.plan(10))

    assert canary.rollback() == ["01-shift_weight"]
    assert (canary.alias(), canary.acts_at(), canary.roles()) == ({"version": "1", "weights": {}}, None, [])


def test_a_rollback_to_a_weight_is_held(canary: Canary) -> None:
    canary.verdicts = [PASS, UNSURE]
    with pytest.raises(Inconclusive):
        canary.run(canary.plan(10, 50, 100))
    canary.clock.time += 600

    assert canary.rollback(to="01-shift_weight") == ["02-shift_weight"]
    assert canary.acts_at() == pytest.approx(canary.clock.time - LATER + HOLD, abs=1)


def test_a_run_that_is_stopped_stays_guarded(canary: Canary) -> None:
    executor = canary.open()
    executor.stop = lambda: bool(canary.alias()["weights"])

    with executor.ledger, pytest.raises(Interrupted):
        executor.run(canary.plan(10, 100))

    assert canary.acts_at() == pytest.approx(BAKE + GRACE, abs=2)


def test_names_are_as_long_as_aws_allows_and_differ() -> None:
    long = [f"{'f' * 63}{letter}" for letter in "ab"]

    assert name_of("orders") == "lambda-migrate-orders-guard"
    assert [len(name_of(each)) for each in long] == [64, 64]
    assert len({name_of(each) for each in long}) == 2
