"""What comes of provisioned concurrency that Lambda cannot allocate."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from lambda_migrate.actions.base import Observed
from lambda_migrate.actions.function.provision_concurrency import ProvisionConcurrency
from lambda_migrate.engine.apply import bring
from lambda_migrate.errors import AwsError, NotFound
from tests.inventory.fake_aws import FakeAws

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

    def wait_function_updated(self, *_which: str) -> None:
        """Do nothing: the version is active."""

    def sleep(self, _seconds: float) -> None:
        """Do nothing: waiting takes no time."""


def test_what_cannot_be_allocated_says_why_and_what_to_do() -> None:
    aws: Any = Account(states=["IN_PROGRESS", "FAILED"])

    with pytest.raises(AwsError) as raised:
        bring(ACTION, aws, Observed.AFTER)

    assert raised.value.message == "provisioned concurrency of `orders:7`: too few are left"
    assert raised.value.hint.endswith(
        "`aws lambda delete-provisioned-concurrency-config --function-name orders --qualifier 7`"
    )


def test_what_could_not_be_allocated_holds_up_neither_the_way_back_nor_the_next_attempt() -> None:
    aws: Any = Account(states=["FAILED", "IN_PROGRESS", "READY"], requested=5)

    assert bring(ACTION, Account(states=["FAILED"], requested=5), Observed.BEFORE) is False  # type: ignore[arg-type]
    assert bring(ACTION, aws, Observed.AFTER) is True
    assert ACTION.observe(aws) is Observed.AFTER
