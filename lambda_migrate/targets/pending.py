"""Which of the actions of a deployment are still to be done: looks at AWS for each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lambda_migrate.actions.base import Observed
from lambda_migrate.engine.plan import Step
from lambda_migrate.gates import change_under_way, name_taken
from lambda_migrate.gates.gate import closed

if TYPE_CHECKING:
    from lambda_migrate.actions.base import Action
    from lambda_migrate.aws.session import Aws


@dataclass
class PendingSteps:
    """Collects steps; what AWS shows as done is left out, so that a rollback never undoes what was there before.

    Attributes:
        aws: Where to look.
        group: The heading that steps are shown under.
        steps: What is to be done, in order.
        blockers: What is there already and is something else, one line each.
    """

    aws: Aws
    group: str
    steps: list[Step] = field(default_factory=list)
    blockers: list[str] = field(default_factory=list)

    def need(self, action: Action, why: str, risk: str = "", propagation: float = 0.0) -> None:
        """Add an action unless it is done already; `propagation` are the seconds until it shows everywhere in AWS."""
        seen = action.observe(self.aws)
        if seen is Observed.AFTER:
            return
        if seen is not Observed.BEFORE:
            moving = seen is Observed.MOVING
            what = "AWS is still working on it" if moving else "it is something else already"
            text = f"{action.describe()}: {what} (found {action.current(self.aws)})"
            self.blockers.append(str(closed(change_under_way if moving else name_taken, text)))
            return
        self.steps.append(Step("", action, why, self.group, risk=risk, propagation=propagation))
