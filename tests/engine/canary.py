"""A canary to guard: a function with two versions behind an alias of the embedded AWS, and the verdicts to give."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.function.shift_weight import ShiftWeight
from lambda_migrate.engine.executor import Executor
from lambda_migrate.engine.guard_role import name_of
from lambda_migrate.engine.ledger import Identity, Ledger
from lambda_migrate.engine.plan import Guard, Plan, Step
from tests.engine.world import PASS, Clock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.verdict import Verdict


BAKE, GRACE, HOLD = 900.0, 600.0, 86400.0
LATER = 4_070_908_800.0
"""2099: what is set by this clock does not act by the sandbox's."""


@dataclass
class Canary:
    """A function with two versions behind an alias, a ledger, and the verdicts to give."""

    aws: Aws
    client: Callable[[str], Any]
    arn: str
    path: Path
    clock: Clock = field(default_factory=lambda: Clock(LATER))
    verdicts: list[Verdict] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    stopped: bool = False

    @property
    def function(self) -> str:
        return self.arn.rpartition(":")[2]

    def plan(self, *percents: int, required: bool = True) -> Plan:
        """Return the plan from where the alias stands."""
        before, steps = self.alias(), []
        for number, percent in enumerate(percents, start=1):
            whole = percent == 100
            after: dict[str, Any] = (
                {"version": "2", "weights": {}} if whole else {"version": "1", "weights": {"2": percent / 100}}
            )
            action = ShiftWeight(self.function, "live", before, after)
            guard = Guard(GRACE, HOLD, required)
            steps.append(Step(f"{number:02}-shift_weight", action, "", gated=True, bake=BAKE, guard=guard))
            before = after
        return Plan("cutover", self.arn, "f" * 64, tuple(steps))

    def open(self) -> Executor:
        identity = Identity(self.aws.account, "us-east-1", self.arn)
        ledger = Ledger.open(self.path, identity, command="cutover", by="alice")
        ledger.clock = lambda: datetime.fromtimestamp(self.clock.time, UTC)
        return Executor(
            ledger,
            self.aws,
            judge=self.judge,
            watch=lambda moment: self.told.append(moment.text),
            stop=lambda: self.stopped,
            sleep=self.clock.sleep,
            now=self.clock.now,
        )

    def judge(self, _step: Step, _since: float, *, first: float, final: bool) -> Verdict:  # noqa: ARG002  # as judges are called
        return self.verdicts.pop(0) if final else PASS

    def run(self, plan: Plan) -> None:
        executor = self.open()
        with executor.ledger:
            executor.run(plan)

    def rollback(self, to: str = "") -> list[str]:
        executor = self.open()
        with executor.ledger:
            return [step.id for step in executor.rollback(to=to)]

    def alias(self) -> dict[str, Any]:
        found = self.client("lambda").get_alias(FunctionName=self.function, Name="live")
        weights = (found.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
        return {"version": found["FunctionVersion"], "weights": weights}

    def publish(self) -> None:
        """Publish another version, as somebody else would."""
        functions = self.client("lambda")
        functions.update_function_configuration(FunctionName=self.function, Description="theirs")
        self.aws.wait_function_updated(self.function)
        functions.publish_version(FunctionName=self.function)

    def move(self, shares: dict[str, float]) -> None:
        """Move the alias as somebody else would: all to one version, or a share of it."""
        ((version, share),) = shares.items()
        whole = share == 1.0
        self.client("lambda").update_alias(
            FunctionName=self.function,
            Name="live",
            FunctionVersion=version if whole else "1",
            RoutingConfig={"AdditionalVersionWeights": {} if whole else shares},
        )

    def acts_at(self) -> float | None:
        """Return when the schedule would act, in seconds after the test began; None if there is none."""
        scheduler = self.client("scheduler")
        try:
            text = scheduler.get_schedule(Name=name_of(self.function))["ScheduleExpression"]
        except scheduler.exceptions.ResourceNotFoundException:
            return None
        return datetime.fromisoformat(text[3:-1]).replace(tzinfo=UTC).timestamp() - LATER

    def act(self) -> None:
        """Do what the schedule does: call, with its own words, and go."""
        scheduler = self.client("scheduler")
        found = scheduler.get_schedule(Name=name_of(self.function))
        self.client("lambda").update_alias(**json.loads(found["Target"]["Input"]))
        scheduler.delete_schedule(Name=name_of(self.function))

    def roles(self) -> list[str]:
        listed = self.client("iam").list_roles()["Roles"]
        return [each["RoleName"] for each in listed if each["RoleName"] == name_of(self.function)]
