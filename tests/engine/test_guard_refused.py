"""Where AWS does not allow the guard, or somebody slept through it: no traffic stays where nobody judges it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambda_migrate.actions import Observed, action_to_dict
from lambda_migrate.actions.remove_leftover import RemoveLeftover
from lambda_migrate.engine.apply import bring
from lambda_migrate.engine.guard_role import name_of, role_of
from lambda_migrate.engine.guard_schedule import armed_schedule
from lambda_migrate.engine.guarded_steps import is_left, left_of_guard
from lambda_migrate.engine.ledger import Ledger
from lambda_migrate.engine.plan import Plan, Step
from lambda_migrate.engine.runs import runs
from lambda_migrate.errors import Drifted, GateClosed, NotAllowed
from lambda_migrate.sandbox.unkindness import KIND, Unkindness
from tests.actions.crashes import Crashes, Killed
from tests.engine.canary import BAKE, GRACE, HOLD, Canary
from tests.engine.world import PASS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambda_migrate.actions import Action
    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws

pytestmark = pytest.mark.sandbox


@pytest.fixture
def denied(embedded_aws: EmbeddedAws) -> Iterator[Callable[..., None]]:
    yield lambda *calls: embedded_aws.be(Unkindness(denied=calls))
    embedded_aws.be(KIND)


def test_a_process_that_slept_through_its_end_does_not_go_on(canary: Canary) -> None:
    canary.verdicts = [PASS]
    executor = canary.open()

    def sleep(seconds: float) -> None:
        canary.clock.sleep(seconds)
        if canary.acts_at() is not None and canary.alias()["weights"]:
            canary.clock.time += BAKE + GRACE + 60
            canary.act()

    executor.sleep = sleep
    with executor.ledger, pytest.raises(GateClosed) as caught:
        executor.run(canary.plan(10, 100))

    assert caught.value.gate == "guard-acted"
    assert caught.value.message == "01-shift_weight: traffic went back by itself meanwhile"
    assert runs(Ledger.read(canary.path))[0].applied == {}


def test_a_process_that_slept_between_two_weights_does_not_go_on(canary: Canary) -> None:
    canary.verdicts = [PASS] * 3
    executor = canary.open()

    def stop() -> bool:
        latest = executor.ledger.projection.latest
        if "verdict" in latest and canary.alias()["weights"]:
            canary.clock.time += HOLD
            canary.act()
        return False

    executor.stop = stop
    with executor.ledger, pytest.raises(GateClosed) as caught:
        executor.run(canary.plan(10, 100))

    assert (caught.value.gate, canary.acts_at()) == ("guard-acted", None)
    assert caught.value.message == "02-shift_weight: traffic went back by itself meanwhile"
    canary.run(canary.plan(10, 100))
    assert canary.alias() == {"version": "2", "weights": {}}


@pytest.mark.parametrize("call", ["scheduler:CreateSchedule", "iam:CreateRole"])
def test_where_it_is_not_allowed_no_traffic_moves(call: str, canary: Canary, denied: Callable[..., None]) -> None:
    denied(call)

    with pytest.raises(NotAllowed) as caught:
        canary.run(canary.plan(10, 100))

    assert caught.value.message.startswith("no-guard: nothing would put traffic back by itself: ")
    assert canary.alias() == {"version": "1", "weights": {}}
    assert armed_schedule(Ledger.read(canary.path)) is None


def test_where_that_is_accepted_traffic_moves_without_it(canary: Canary, denied: Callable[..., None]) -> None:
    denied("scheduler:CreateSchedule")
    canary.verdicts = [PASS, PASS]

    canary.run(canary.plan(10, 100, required=False))

    assert canary.alias() == {"version": "2", "weights": {}}
    assert any(text.startswith("no guard: scheduler:CreateSchedule") for text in canary.told)


def test_a_guard_that_a_crash_kept_from_being_set_is_not_promised_once_it_is_refused(
    canary: Canary, denied: Callable[..., None]
) -> None:
    plan = canary.plan(10, required=False)
    crashes = Crashes(canary.aws)
    crashes.arm(1)
    executor = canary.open()
    with executor.ledger, pytest.raises(Killed):
        executor.run(plan)
    crashes.arm()
    promised = armed_schedule(Ledger.read(canary.path))

    denied("scheduler:CreateSchedule")
    canary.verdicts = [PASS]
    canary.run(plan)

    assert promised is not None
    assert canary.alias() == {"version": "1", "weights": {"2": 0.1}}
    assert (armed_schedule(Ledger.read(canary.path)), canary.acts_at(), canary.roles()) == (None, None, [])


def test_where_it_cannot_be_cancelled_the_step_has_not_passed(canary: Canary, denied: Callable[..., None]) -> None:
    denied("scheduler:DeleteSchedule")
    canary.verdicts = [PASS]

    with pytest.raises(NotAllowed):
        canary.run(canary.plan(100))

    assert runs(Ledger.read(canary.path))[0].verdicts == {}


@pytest.mark.parametrize("command", ["run", "rollback"])
def test_a_role_that_could_not_be_removed_is_removed_by_the_next_run(
    command: str, canary: Canary, denied: Callable[..., None]
) -> None:
    denied("iam:DeleteRole")
    canary.verdicts = [PASS, PASS]
    canary.run(canary.plan(100))
    left = canary.roles()

    denied()
    if command == "run":
        canary.run(Plan("direct", canary.arn, "f" * 64))
    else:
        canary.rollback()

    assert (left, canary.roles()) == ([name_of(canary.function)], [])
    (said,) = [text for text in canary.told if text.startswith("the guard: ")]
    assert said.endswith("; `lambda-migrate cleanup` removes it")


@pytest.mark.parametrize(("call", "command"), [("scheduler:DeleteSchedule", "cleanup"), ("iam:DeleteRole", "rollback")])
def test_what_the_way_back_could_not_remove_is_found_and_removed_by_the_next_command(
    call: str, command: str, canary: Canary, denied: Callable[..., None]
) -> None:
    canary.verdicts = [PASS]
    canary.run(canary.plan(10))
    denied(call)
    canary.rollback()
    kinds = [each.kind for each in left(canary)]
    assert (is_left(Ledger.read(canary.path)), canary.roles()) == (True, [name_of(canary.function)])

    denied()
    if command == "rollback":
        canary.rollback()
    else:
        steps = [Step(each.kind, RemoveLeftover(action_to_dict(each))) for each in left(canary)]
        canary.run(Plan("cleanup", canary.arn, "f" * 64, tuple(steps)))

    found = ["schedule_return", "put_role_policy", "create_role"]
    assert kinds == (found if call == "scheduler:DeleteSchedule" else ["create_role"])
    assert (canary.acts_at(), canary.roles(), left(canary)) == (None, [], ())
    assert (armed_schedule(Ledger.read(canary.path)), is_left(Ledger.read(canary.path))) == (None, False)


def test_a_role_that_a_refused_guard_leaves_is_found(canary: Canary, denied: Callable[..., None]) -> None:
    denied("scheduler:CreateSchedule", "iam:DeleteRole")
    with pytest.raises(NotAllowed):
        canary.run(canary.plan(10, 100))

    assert [each.kind for each in left(canary)] == ["create_role"]
    denied()
    canary.rollback()
    assert canary.roles() == []


def test_what_guards_traffic_that_is_away_is_no_leftover(canary: Canary) -> None:
    canary.verdicts = [PASS]
    canary.run(canary.plan(10))

    assert (left(canary), is_left(Ledger.read(canary.path))) == ((), False)


def test_the_role_of_a_guard_in_another_region_is_no_leftover(canary: Canary) -> None:
    canary.verdicts = [PASS]
    canary.run(canary.plan(10))
    schedule = name_of(canary.function)
    canary.client("scheduler").delete_schedule(Name=schedule)  # each region has its own; the role is the account's
    elsewhere = canary.arn.replace("us-east-1", "eu-west-1")
    ledger = Ledger.read(canary.path.with_name("eu-west-1.yaml"))

    assert [each.kind for each in left_of_guard(canary.aws, ledger, canary.arn)] == ["put_role_policy", "create_role"]
    assert left_of_guard(canary.aws, ledger, elsewhere) == ()


def test_while_another_region_is_guarded_no_traffic_moves_and_its_role_stays(canary: Canary) -> None:
    for action in role_of(canary.arn.replace("us-east-1", "eu-west-1")):
        bring(action, canary.aws, Observed.AFTER)

    with pytest.raises(Drifted):
        canary.run(canary.plan(10, 100))
    canary.rollback()

    assert (canary.alias(), canary.acts_at()) == ({"version": "1", "weights": {}}, None)
    assert [each.observe(canary.aws) for each in role_of(canary.arn.replace("us-east-1", "eu-west-1"))] == [
        Observed.AFTER,
        Observed.AFTER,
    ]


def left(canary: Canary) -> tuple[Action, ...]:
    return left_of_guard(canary.aws, Ledger.read(canary.path), canary.arn)
