"""A plan being written: collects steps and what stands against them, numbers the steps, weighs what was accepted."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from lambda_migrate.engine.plan import Plan, Step
from lambda_migrate.triggers import TRIGGERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lambda_migrate.config import Acceptance, Migration
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.inventory import Inventory
    from lambda_migrate.triggers.base import Repoint, Settings, Trigger


@dataclass
class PlanBuilder:
    """What will be a plan.

    Attributes:
        phase: As :class:`Plan` has it.
        inventory: What the plan is made from.
        config: What the user wants, and accepts.
    """

    phase: str
    inventory: Inventory
    config: Migration
    steps: list[Step] = field(default_factory=list)
    blockers: list[Blocker] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    summary: dict[str, str] = field(default_factory=dict)

    def add(self, *steps: Step, trigger: str = "", of: str = "", name: str = "") -> None:
        """Add steps, each action once; without their waiting where migration.yaml says ``propagation: false``.

        Args:
            steps: The steps.
            trigger: The kind of trigger that they belong to, under whose label they are shown; "" for none.
            of: What identifies the trigger among its kind, its source, where they are about one alone.
            name: What a person calls that trigger.
        """
        label = TRIGGERS[trigger].label if trigger else ""
        for step in steps:
            if any(step.action == other.action for other in self.steps):
                continue
            propagation = step.propagation if self.config.cutover.propagation else 0.0
            lingers = step.lingers if self.config.cutover.propagation else 0.0
            about = f"{trigger}:{of}" if of else trigger
            self.steps.append(
                replace(
                    step,
                    propagation=propagation,
                    lingers=lingers,
                    trigger=about,
                    trigger_name=name,
                    group=step.group or label,
                )
            )

    def block(self, *blockers: Blocker) -> None:
        """Add blockers."""
        self.blockers += [blocker for blocker in blockers if blocker not in self.blockers]

    def warn(self, *warnings: str) -> None:
        """Add warnings."""
        self.warnings += [warning for warning in warnings if warning not in self.warnings]

    def take(self, repoint: Repoint, trigger: Trigger[Settings]) -> None:
        """Add all that re-pointing a trigger takes, and what must be there before."""
        self.add(*repoint.preparation, trigger=trigger.kind)
        self.add(*repoint.steps, trigger=trigger.kind, of=trigger.settings.source or trigger.id, name=trigger.name)
        self.block(*repoint.blockers)
        self.warn(*repoint.warnings)

    def accepted(self, blocker: Blocker, phase: str = "") -> str | None:
        """Return the reason for which a blocker is accepted in migration.yaml, or None.

        Args:
            blocker: The blocker.
            phase: The phase in which it has to be; default: this one.
        """
        return acceptance(self.config, blocker, phase or self.phase)

    def finish(self) -> Plan:
        """Return the plan."""
        refused, accepted = weighed(self.config, self.blockers, self.phase)
        return Plan(
            phase=self.phase,
            function=self.inventory.function.arn,
            fingerprint=self.inventory.fingerprint,
            steps=tuple(
                replace(step, id=f"{number:02}-{step.action.kind}") for number, step in enumerate(self.steps, start=1)
            ),
            blockers=tuple(refused),
            warnings=(*self.inventory.warnings, *self.warnings, *accepted),
            summary=self.summary,
        )


def acceptance(config: Migration, blocker: Blocker, phase: str) -> str | None:
    """Return the reason for which a blocker is accepted in migration.yaml, or None.

    Args:
        config: What the user accepts.
        blocker: The blocker.
        phase: The phase in which it has to be.
    """
    return next((entry.reason for entry in _entries(config, blocker) if entry.holds_in(phase)), None)


def weighed(config: Migration, blockers: Iterable[Blocker], phase: str) -> tuple[list[str], list[str]]:
    """Return which blockers stand in the way of a phase, and which are accepted, with the reason, one line each."""
    refused, accepted = [], []
    for blocker in blockers:
        reason = acceptance(config, blocker, phase)
        if reason is None:
            others = any(_entries(config, blocker))
            missing = f" (its acceptance is not for this phase: add `phases: [{phase}]`)" if others else ""
            refused.append(f"{blocker}{missing}")
        else:
            accepted.append(f"accepted ({reason}): {blocker}")
    return refused, accepted


def _entries(config: Migration, blocker: Blocker) -> Iterator[Acceptance]:
    """Yield what migration.yaml accepts of a blocker, in whichever phase."""
    for entry in config.accept if blocker.acceptable else ():
        if entry.covers(blocker.gate, blocker.subject):
            yield entry
