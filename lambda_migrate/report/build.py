"""Puts a report together from the ledger's story, the status, migration.yaml and what AWS shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate import __version__
from lambda_migrate.report.latency import before_and_after
from lambda_migrate.report.model import NO_PROOFS, Accepted, Caller, Report
from lambda_migrate.triggers import kind_of, labelled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.config import Migration
    from lambda_migrate.engine.ledger import Ledger
    from lambda_migrate.engine.plan import Plan, Step
    from lambda_migrate.inventory import Inventory
    from lambda_migrate.planner.status import MigrationStatus
    from lambda_migrate.report.model import Traffic
    from lambda_migrate.report.proofs import Proofs
    from lambda_migrate.report.timeline import Story
    from lambda_migrate.triggers.base import Settings, Trigger

RECORDED = "accepted ("
"""How a warning of a recorded plan begins that tells of a gate that was let pass."""


@dataclass(frozen=True)
class Seen:
    """What AWS shows.

    Attributes:
        inventory: What there is; None where AWS was not asked.
        plan: Of the phase that comes next; None where AWS was not asked, or nothing comes.
        left: The steps of it that do not stand yet.
        traffic: What CloudWatch counted; None where it was not asked.
    """

    inventory: Inventory | None = None
    plan: Plan | None = None
    left: tuple[Step, ...] = ()
    traffic: Traffic | None = None


NOTHING = Seen()
"""Where AWS is not asked."""


def report(
    config: Migration,
    ledger: Ledger,
    status: MigrationStatus,
    story: Story,
    *,
    made: str,
    seen: Seen = NOTHING,
    proofs: Proofs = NO_PROOFS,
) -> Report:
    """Put a report together.

    Args:
        config: migration.yaml.
        ledger: What it is about, and what its end lacks.
        status: Where the migration stands.
        story: What the ledger tells.
        made: The time of the report, ISO 8601, UTC.
        seen: What AWS shows.
        proofs: What was found before the switch.
    """
    identity, inventory, plan = ledger.identity, seen.inventory, seen.plan
    return Report(
        function=config.function,
        account=identity.account if identity else "",
        region=identity.region if identity else "",
        made=made,
        version=__version__,
        stages=tuple((stage.name, stage.state, stage.detail) for stage in status.stages),
        live=status.live,
        guard=status.guard,
        next=tuple(f"lambda-migrate {line}" for line in status.next),
        timeline=tuple(story.moments),
        earlier=story.count - len(story.moments),
        shares=tuple(story.shares),
        judgements=tuple(story.judgements),
        accepted=tuple(_accepted(config, story)),
        callers=tuple(callers(inventory, seen, status)) if inventory else None,
        owners=owners(inventory) if inventory else (),
        unexplained=inventory.unexplained if inventory else (),
        remaining=tuple(f"{step.id}: {step.action.describe()}" for step in seen.left),
        blockers=plan.blockers if plan else (),
        phase=plan.phase if plan else "",
        traffic=seen.traffic,
        latency=before_and_after(seen.traffic, tuple(story.shares)),
        damage=tuple(ledger.damage),
        proofs=proofs,
    )


def _accepted(config: Migration, story: Story) -> Iterator[Accepted]:
    """Yield what migration.yaml accepts, with who recorded a plan that it let pass."""
    for entry in config.accept:
        limits = [f"phases {', '.join(entry.phases)}"] if entry.phases else []
        limits += [entry.path] if entry.path else []
        beginning = f"{RECORDED}{entry.reason}): {entry.rule}"
        used = dict.fromkeys(
            (by, at) for by, at, warnings in story.plans if any(each.startswith(beginning) for each in warnings)
        )
        yield Accepted(entry.rule, entry.reason, "; ".join(limits), tuple(used))


def owners(inventory: Inventory) -> tuple[str, ...]:
    """Return who owns function, alias and triggers, one line each: stacks, and what the files of the project say."""
    stacks = {thing: f"stack {stack}" for thing, stack in inventory.owners.items()}
    labels = {kind_of(each).physical_id(each): labelled(each) for each in inventory.triggers if kind_of(each).alias}
    labels |= {inventory.function.arn: f"function `{inventory.function.name}`"}
    labels |= {inventory.alias_arn: f"alias `{inventory.alias}`"}
    known = {**stacks, **inventory.declared}
    return tuple(sorted(f"{labels.get(thing, thing)}: {owner}" for thing, owner in known.items()))


def callers(inventory: Inventory, seen: Seen, status: MigrationStatus) -> Iterator[Caller]:
    """Yield the triggers, each with where it points and where the coming phase moves it.

    Args:
        inventory: What there is.
        seen: Its plan is that of the coming phase.
        status: Which triggers have left Lambda; in AWS those look switched off.
    """
    gone = status.at_the_service
    moving = {step.trigger for step in seen.left}
    phase = seen.plan.phase if seen.plan else ""
    for trigger in inventory.triggers:
        kind = kind_of(trigger)
        moves = f"{trigger.kind}:{trigger.settings.source or trigger.id}" in moving
        target = {"cutover": f"alias {inventory.alias}", "direct": "the service"}.get(phase, "")
        yield Caller(
            kind.label,
            trigger.name,
            "the service" if f"{kind.label} {trigger.name}" in gone else _now(trigger),
            target if moves else "",
            (kind.back or "with its step") if kind.moves else kind.stays,
            kind.settles,
        )


def _now(trigger: Trigger[Settings]) -> str:
    where = trigger.qualifier or "the function, unqualified"
    return where if trigger.enabled else f"{where}; switched off"
