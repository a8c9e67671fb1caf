"""A run that was cut off is carried on with as it was begun; who now wants something else is told so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.actions.function.shift_weight import ShiftWeight
from lambda_migrate.engine.plan import Plan, Step
from lambda_migrate.engine.runs import Run
from lambda_migrate.errors import GateClosed
from lambda_migrate.workflow.overrides import Overrides, require_same_overrides
from tests.failures.intercepting_proxy import Answer
from tests.failures.user import Told, refused

if TYPE_CHECKING:
    from tests.failures.user import User

AT = "2026-03-01T12:00:00.000Z"
REFUSED = Answer(403, "AccessDeniedException", "not now")


def weight(number: int, before: float, after: float) -> Step:
    def side(share: float) -> dict[str, Any]:
        return {"version": "2", "weights": {}} if share == 1 else {"version": "1", "weights": {"2": share}}

    action = ShiftWeight("orders", "live", side(before), side(after))
    return Step(f"{number:02}-shift_weight", action, gated=True, bake=60.0)


PLAN = Plan("cutover", "arn", "f", (weight(1, 0.1, 0.5), weight(2, 0.5, 1)), summary={"events": "non-api"})


@pytest.mark.parametrize(
    ("wishes", "chosen", "other"),
    [
        (Overrides(), None, ""),
        (Overrides(weights=(50, 100), bake=60.0), None, ""),
        (Overrides(weights=(10, 50, 100)), PLAN, ""),
        (Overrides(events="non-api"), None, ""),
        (Overrides(weights=(100,)), None, "--weights 100"),
        (Overrides(weights=(60, 100)), None, "--weights 60,100"),
        (Overrides(bake=1.5), None, "--bake 1.5s"),
        (Overrides(events="all"), None, "--events all"),
        (Overrides(), Plan("cutover", "arn", "g"), "--plan"),
    ],
    ids=str,
)
def test_a_run_fulfils_the_wishes_that_it_was_begun_with(wishes: Overrides, chosen: Plan | None, other: str) -> None:
    run = Run(2, PLAN.to_dict(), AT)
    if not other:
        require_same_overrides(run, wishes, chosen)
        return

    with pytest.raises(GateClosed) as refusal:
        require_same_overrides(run, wishes, chosen)

    assert refusal.value.gate == "run-unfinished"
    assert refusal.value.message == f"`cutover` of {AT} is not finished, and was started without `{other}`"


@pytest.mark.sandbox
def test_a_deployment_of_other_events_does_not_carry_on_with_the_one_that_was_cut_off(user: User) -> None:
    user.interceptor.fail("lambda:UpdateFunctionConfiguration", REFUSED)
    assert user("proxy", "deploy", "--events", "non-api", "--yes").code == 4
    user.interceptor.well()

    told = refused(user, "proxy", "deploy", "--events", "all", "--yes")
    went_on = user("proxy", "deploy", "--events", "non-api", "--yes")

    assert told.code == 3
    assert told.error.endswith("is not finished, and was started without `--events all`")
    assert went_on.code == 0


@pytest.mark.sandbox
def test_a_saved_plan_is_carried_on_with_by_the_same_command(user: User) -> None:
    planned = user("plan", "--phase", "proxy", "--events", "api", "--out", "proxy.json")
    assert planned.err == "\nnext: lambda-migrate proxy deploy --plan proxy.json\n"
    command = ("proxy", "deploy", "--plan", "proxy.json", "--yes")
    user.interceptor.fail("lambda:UpdateFunctionConfiguration", REFUSED)
    assert user(*command).code == 4
    user.interceptor.well()

    went_on = user(*command, "--json")

    assert went_on.code == 0
    assert went_on.json["data"]["plan"]["summary"]["events"] == "api"
    assert refused(user, *command).code == 5  # what it was made for has been done


def status(user: User) -> str:
    """Return what `status` says, without how long ago that began."""
    return re.sub(r"^Time: [\d.]+ \w+ since", "Time: since", user("status").out, flags=re.MULTILINE)


@pytest.mark.sandbox
def test_a_run_that_changed_nothing_is_nothing_to_finish_or_to_take_back(user: User) -> None:
    assert user("proxy", "deploy", "--events", "non-api", "--yes").code == 0
    stands = status(user)
    user.interceptor.fail("lambda:UpdateFunctionConfiguration", REFUSED)
    assert user("proxy", "deploy", "--events", "api", "--yes").code == 4
    user.interceptor.well()

    assert status(user) == stands
    assert user("proxy", "deploy", "--events", "all", "--yes").code == 0


@pytest.mark.sandbox
def test_what_is_shown_next_does_what_was_shown(user: User) -> None:
    shown = user("plan", "--phase", "proxy", "--events", "non-api")
    unasked = user("plan")
    useless = refused(user, "plan", "--phase", "proxy", "--weights", "5,100")

    assert shown.err == "\nnext: lambda-migrate proxy deploy --events non-api\n"
    assert (unasked.out, unasked.err) == (shown.out, shown.err)  # what comes next is what `status` says comes next
    assert useless == Told(2, "configuration", "`proxy` does not take `--weights`", "leave it out; it takes `--events`")
