"""Deploys as the command line does, without a clock."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from lambda_migrate.engine.executor import Executor
from lambda_migrate.engine.plan import Plan
from lambda_migrate.gates import pages
from lambda_migrate.workflow import service
from lambda_migrate.workflow.service import DeploymentWatch
from tests.targets.deployments import FUNCTION

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.ledger import Ledger
    from lambda_migrate.targets import Deployment, DeploymentPlan, State, TargetKind


@dataclass
class Deploying:
    """One target with its settings.

    Attributes:
        told: What a person was told meanwhile.
    """

    kind: TargetKind
    aws: Aws
    ledger: Ledger
    deployment: Deployment
    settings: Any
    told: list[str] = field(default_factory=list)

    def prepare(self) -> tuple[Plan, DeploymentPlan]:
        prepared = self.kind.prepare(self.aws, self.deployment, self.settings)
        assert all(pages.named(blocker) for blocker in prepared.blockers), prepared.blockers
        steps = tuple(
            replace(step, id=f"{number:02}-{step.action.kind}") for number, step in enumerate(prepared.steps, start=1)
        )
        return Plan("service", FUNCTION.arn, "", steps, prepared.blockers), prepared

    def deploy(self) -> State:
        plan, prepared = self.prepare()
        assert plan.blockers == (), plan.blockers
        watched = self.watched()
        return service.deploy(plan, prepared, watched, self.executor(watched))

    def rollback(self) -> State:
        watched = self.watched()
        return service.rollback(self.executor(watched), watched)

    def executor(self, watched: DeploymentWatch) -> Executor:
        return Executor(self.ledger, self.aws, sleep=watched.sleep)

    def watched(self) -> DeploymentWatch:
        clock = iter(range(0, 10_000_000, 20))
        return DeploymentWatch(
            self.kind,
            self.aws,
            self.deployment,
            self.settings,
            tell=self.told.append,
            pause=lambda _seconds: None,
            now=lambda: next(clock),
        )
