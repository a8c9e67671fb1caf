"""What comes of provisioned concurrency that Lambda cannot allocate."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.actions.base import Observed
from lambda_migrate.actions.function.provision_concurrency import ProvisionConcurrency
from lambda_migrate.engine.apply import bring
from lambda_migrate.engine.plan import Plan, Step
from lambda_migrate.errors import AwsError, Drifted, NotAllowed, NotFound
from tests.engine.world import FUNCTION, Stage, World
from tests.inventory.fake_aws import FakeAws

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_migrate.engine.executor import Executor

ACTION: Any = ProvisionConcurrency("orders", "7", 5)


@dataclass
class Account(FakeAws):
    """An account that says, one after the other, how far it is with the instances that it was asked for."""

    states: list[str] = field(default_factory=list)
    requested: int = 0

    def __post_init__(self) -> None:
        self.answers |= {
            "lambda:put_provisioned_concurrency_config": self.put,
            "lambda:get_provisioned_concurrency_config": self.get,
            "lambda:delete_provisioned_concurrency_config": self.delete,
        }

    def put(self, **asked: Any) -> dict[str, Any]:
        self.requested = asked["ProvisionedConcurrentExecutions"]
        return {}

    def get(self, **_asked: Any) -> dict[str, Any]:
        if not self.requested:
            raise NotFound("no provisioned concurrency")
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        told = {"RequestedProvisionedConcurrentExecutions": self.requested, "Status": state}
        return {**told, "StatusReason": "too few are left"}

    def delete(self, **_asked: Any) -> dict[str, Any]:
        self.requested = 0
        return {}

    def wait_function_updated(self, *_which: str) -> None:
        """Do nothing: the version is active."""

    def sleep(self, _seconds: float) -> None:
        """Do nothing: waiting takes no time."""


def test_what_cannot_be_allocated_says_why_and_what_to_do() -> None:
    aws: Any = Account(states=["IN_PROGRESS", "FAILED"])

    with pytest.raises(AwsError) as raised:
        bring(ACTION, aws, Observed.AFTER)

    assert raised.value.message == "provisioned concurrency of `orders:7`: too few are left"
    assert raised.value.hint == (
        "free concurrency in the account, then run the same command again; `lambda-migrate rollback` removes what was"
        " asked for"
    )


def test_what_could_not_be_allocated_goes_on_the_way_back_and_does_not_hold_up_the_next_attempt() -> None:
    failed: Any = Account(states=["FAILED"], requested=5)
    again: Any = Account(states=["FAILED", "IN_PROGRESS", "READY"], requested=5)
    others: Any = Account(states=["FAILED"], requested=7)

    assert (bring(ACTION, failed, Observed.BEFORE), failed.requested) == (True, 0)
    assert bring(ACTION, failed, Observed.BEFORE) is False
    assert bring(ACTION, again, Observed.AFTER) is True
    assert ACTION.observe(again) is Observed.AFTER
    with pytest.raises(Drifted):
        bring(ACTION, others, Observed.BEFORE)


ID = "01-provision_concurrency"
PLAN = Plan("cutover", FUNCTION, "f" * 64, (Step(ID, ACTION),))


@pytest.mark.parametrize("attempts", [1, 2])
def test_a_rollback_removes_what_failed_attempts_of_a_run_have_left(attempts: int, tmp_path: Path) -> None:
    account, stage = Account(states=["FAILED"]), Stage(tmp_path / "ledger.yaml", World())

    def opened() -> Executor:
        executor = stage.open()
        executor.aws = account  # type: ignore[assignment]  # as far as the action asks
        return executor

    for _ in range(attempts):
        executor = opened()
        with executor.ledger, pytest.raises(AwsError, match="too few are left"):
            executor.run(PLAN)
    assert account.requested == 5
    executor = opened()
    with executor.ledger:
        undone = [step.id for step in executor.rollback()]

    assert (undone, account.requested) == ([ID], 0)
    assert stage.story()[1:] == [
        "plan",
        *[f"intent {ID}"] * attempts,
        f"undo-intent {ID}",
        f"undone {ID}",
        "rolled-back",
    ]


def test_what_cannot_be_removed_on_the_way_back_is_not_counted_as_undone(tmp_path: Path) -> None:
    account, stage = Account(states=["FAILED"]), Stage(tmp_path / "ledger.yaml", World())
    account.answers["lambda:delete_provisioned_concurrency_config"] = NotAllowed("not allowed")
    executor = stage.open()
    executor.aws = account  # type: ignore[assignment]  # as above
    with executor.ledger:
        with pytest.raises(AwsError, match="too few are left"):
            executor.run(PLAN)

        outcome = executor.way_back()

    assert [(each.step.id, each.why) for each in outcome.stayed] == [(ID, "stuck")]
    assert stage.story()[-1] == f"undo-intent {ID}"
