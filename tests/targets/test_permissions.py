"""`service deploy` and `pipeline deploy` run under just their policies, there and back, and not with one action less.

IAM is in the session: a call that the policy does not allow is refused, as AWS would. `make test` takes one action by a
seed from each, `make chaos` every one.
"""

from __future__ import annotations

import os
import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.aws.permissions import Place, made, permissions
from lambda_migrate.aws.session import READ_PREFIXES
from lambda_migrate.config import parse
from lambda_migrate.engine.executor import Executor
from lambda_migrate.engine.plan import Plan
from lambda_migrate.engine.runs import runs
from lambda_migrate.errors import NotAllowed
from lambda_migrate.targets import ecs
from lambda_migrate.workflow import pipeline, service
from lambda_migrate.workflow.permissions import of_steps
from lambda_migrate.workflow.phase_calls import Facts
from tests.support.chaos import FULL
from tests.support.permissions import refused
from tests.targets.beanstalk_account import beanstalk
from tests.targets.beanstalk_account import deploying as to_beanstalk
from tests.targets.deployments import FUNCTION
from tests.targets.ecs_account import builds, tasks
from tests.targets.ecs_account import deploying as to_ecs
from tests.targets.pipelines import SETTINGS, code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lambda_migrate.aws.permissions import Permission
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.ledger import Ledger
    from lambda_migrate.engine.plan import Step
    from lambda_migrate.targets import Deployment
    from tests.targets.deploying import Deploying

__all__ = ["beanstalk", "builds", "code", "tasks", "to_beanstalk", "to_ecs"]
pytestmark = [pytest.mark.processes, pytest.mark.chaos]  # the targets ask git what belongs to the repository

PLACE = Place("aws", "eu-west-1", "123456789012")
FACTS = Facts(parse("function: orders\n"), FUNCTION.role)
SEED = int(os.environ.get("CHAOS_SEED", "1"))


class Limited:
    """A session that is let do what a test says, and notes what it does; None is everything."""

    def __init__(self, aws: Aws) -> None:
        self.may: tuple[Permission, ...] | None = None
        self.used: set[str] = set()
        aws.session.events.register("before-parameter-build", self._ask)

    def _ask(self, params: Any, model: Any, **_ignored: Any) -> None:
        calls = list(made(model.service_model.service_name, model.name, params))
        if self.may is None:
            return
        self.used |= {each.action for call in calls for each in permissions(call, PLACE)}
        missing = refused(calls, self.may, PLACE)
        if missing:
            raise NotAllowed(f"{missing[0]} is not allowed")

    def policy(self, phase: str, steps: Iterable[Step]) -> tuple[Permission, ...]:
        asked = of_steps(phase, FACTS, FUNCTION.arn, steps)
        return tuple(sorted({each for call in asked for each in permissions(call, PLACE)}))


@pytest.fixture
def limited(aws: Aws) -> Limited:
    return Limited(aws)


def undone(executor: Executor, ledger: Ledger) -> None:
    """Roll back all that stands."""
    executor.rollback([run for run in reversed(runs(ledger)) if not run.is_back and run.applied])


def run_under(
    limited: Limited, policy: tuple[Permission, ...], there: Callable[[], object], back: Callable[[], object]
) -> None:
    """Go there and back under just a policy; then not there with an action less, of those that change something."""
    limited.may = policy
    there()
    used = sorted(each for each in limited.used if not each.partition(":")[2].startswith((*READ_PREFIXES, "Batch")))
    back()
    assert used
    print(f"CHAOS_SEED={SEED}")
    for taken in used if FULL else random.Random(SEED).sample(used, 1):
        limited.may = tuple(each for each in policy if each.action != taken)
        with pytest.raises(NotAllowed, match=taken):
            there()
        limited.may = policy
        back()


@pytest.mark.parametrize("target", ["to_ecs", "to_beanstalk"])
def test_a_service_is_deployed_under_just_its_policy(
    limited: Limited, target: str, request: pytest.FixtureRequest
) -> None:
    deploying: Deploying = request.getfixturevalue(target)
    policy = limited.policy("service", deploying.prepare()[0].steps)

    run_under(
        limited, policy, deploying.deploy, lambda: undone(deploying.executor(deploying.watched()), deploying.ledger)
    )


def test_a_pipeline_is_made_under_just_its_policy(
    limited: Limited, aws: Aws, orders: Deployment, ledger: Ledger, code: object
) -> None:
    executor = Executor(ledger, aws)

    def planned() -> tuple[Plan, Any]:
        prepared = pipeline.prepare(aws, orders, ecs.Settings(), SETTINGS)
        steps = tuple(replace(step, id=f"{number:02}") for number, step in enumerate(prepared.steps, start=1))
        return Plan("pipeline", FUNCTION.arn, "", steps), prepared

    def there() -> None:
        plan, prepared = planned()
        service.write(prepared)
        executor.run(plan)

    run_under(limited, limited.policy("pipeline", planned()[0].steps), there, lambda: undone(executor, ledger))
