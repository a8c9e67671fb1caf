"""Plans the end of the function: proven quiet, cleaned up around, deleted last."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

from lambda_migrate.actions import action_to_dict
from lambda_migrate.actions.event_source.switch_mapping import SwitchMapping
from lambda_migrate.actions.function.delete_function import DeleteFunction
from lambda_migrate.actions.function.save_backup import SaveBackup
from lambda_migrate.actions.remove_leftover import RemoveLeftover
from lambda_migrate.actions.serving import Serving
from lambda_migrate.durations import duration
from lambda_migrate.engine.plan import Step
from lambda_migrate.file_names import file_name
from lambda_migrate.function.model import STACK_TAG
from lambda_migrate.gates import (
    in_flight,
    no_metrics,
    owned_by_stack,
    quiet_period,
    secret_kept_nowhere,
    switched_off_trigger,
    traffic,
)
from lambda_migrate.gates import switched_off as switched_off_gate
from lambda_migrate.gates.gate import closed
from lambda_migrate.inventory.model import FUNCTION_URLS, STACKS
from lambda_migrate.planner import blockers
from lambda_migrate.planner.builder import PlanBuilder
from lambda_migrate.planner.destination import destination
from lambda_migrate.triggers import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from lambda_migrate.config import Migration
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.engine.runs import Run
    from lambda_migrate.inventory import Inventory
    from lambda_migrate.inventory.invocations import InvocationCounts

GROUP = "function"


class Remains(NamedTuple):
    """What earlier runs have made for the function, and nobody has rolled back.

    Attributes:
        staying: What of it stays, one line each.
        serving: Steps whose things serve the function alone, and to which nothing leads any more.
    """

    staying: tuple[str, ...] = ()
    serving: tuple[Step, ...] = ()


NOTHING = Remains()


def switched_off(past: Iterable[Run]) -> frozenset[str]:
    """Return the ids of the mappings that runs of ours have switched off, and nobody has rolled back."""
    return frozenset(
        str(action["uuid"])
        for run in past
        for step, action in run.actions.items()
        if step in run.applied and action["kind"] == SwitchMapping.kind and action["after"] is False
    )


def plan(
    inventory: Inventory,
    config: Migration,
    evidence: InvocationCounts,
    *,
    folder: str = "",
    ours: frozenset[str] = frozenset(),
    secrets: Mapping[str, str] | None = None,
    unkept: Iterable[str] = (),
    remains: Remains = NOTHING,
) -> Plan:
    """Plan the deletion of the function.

    Args:
        inventory: What there is.
        config: What the user wants.
        evidence: What the metrics say about the quiet period.
        ours: Ids of the triggers that this tool has switched off; only those are removed.
        secrets: Where the values of the function's secret variables are kept, by their names.
        unkept: Names of its variables that look like secrets, and are kept nowhere.
        remains: What earlier runs have made for it.
        folder: The folder of migration.yaml, which `retire.backup` is relative to; default: the working directory.

    Returns:
        The plan: the backup, then what cannot be undone; deleting the function is the last.
    """
    builder, function = PlanBuilder("retire", inventory, config), inventory.function
    builder.block(*blockers.unread(inventory, FUNCTION_URLS, STACKS), *_held(inventory), *_invoked(inventory, config))
    builder.block(*_paused(inventory, ours))
    builder.block(*_traffic(inventory, config, evidence), *_unkept(unkept))
    kept = f"{file_name(function.name)}-{function.configuration_sha256[:8]}"
    backup = str(PurePath(folder, config.retire.backup, kept))
    saved = SaveBackup(function.name, backup, dict(secrets or {}))
    builder.add(Step("", saved, "what AWS cannot bring back is kept here, but for secrets", "backup"))
    for trigger in inventory.triggers:
        if kind_of(trigger).pausable and trigger.id not in ours:
            continue
        builder.add(
            *kind_of(trigger).clean_up(trigger),
            trigger=trigger.kind,
            of=trigger.settings.source or trigger.id,
            name=trigger.name,
        )
    builder.add(*(_removed(step) for step in remains.serving))
    builder.add(
        Step(
            "",
            DeleteFunction(function.name, function.code_sha256),
            f"nothing has invoked it for {duration(evidence.quiet)}",
            GROUP,
            risk=f"AWS cannot bring it back; what is needed to make it again is in `{backup}`",
        )
    )
    builder.summary |= {"quiet": duration(evidence.quiet)}
    role = function.role.rpartition("/")[2]
    builder.warn(*remains.staying, *_declared(inventory))
    builder.warn(f"its role `{role}` and its log group `/aws/lambda/{function.name}` stay; others may use them")
    return builder.finish()


def standing(past: Sequence[Run]) -> Iterator[Step]:
    """Yield the steps that stand whose things serve the function alone, the latest first."""
    for run in reversed(past):
        if not run.is_back:
            steps = (run.step(name) for name in reversed(run.applied))
            yield from (step for step in steps if isinstance(step.action, Serving))


def _removed(step: Step) -> Step:
    why = "it served the function alone, and nothing leads there any more"
    return Step("", RemoveLeftover(action_to_dict(step.action)), why, step.group)


def _paused(inventory: Inventory, ours: frozenset[str]) -> Iterator[Blocker]:
    """Yield every trigger that its owner has switched off, and may switch on again."""
    for trigger in inventory.triggers:
        if kind_of(trigger).pausable and not trigger.enabled and trigger.id not in ours:
            text = f"{blockers.whom(trigger)} is switched off, and would invoke what is gone once it is on again"
            yield closed(switched_off_trigger, f"{text}; delete it, or accept that it stays", trigger.name)


def _unkept(names: Iterable[str]) -> Iterator[Blocker]:
    """Yield the variables whose values would be gone with the function: its backup holds no secrets."""
    advice = "the backup holds no secrets: store it, or accept that it goes"
    for name in names:
        text = f"variable `{name}` looks like a secret, and its value is kept only in the function"
        yield closed(secret_kept_nowhere, f"{text}; {advice}", name)


def _held(inventory: Inventory) -> Iterator[Blocker]:
    """Yield why the function is not simply ours to delete, or only looks quiet."""
    function = inventory.function
    stack = function.tags.get(STACK_TAG)
    if stack:
        text = f"CloudFormation stack `{stack}` owns it, and fails at its next update once it is gone"
        yield closed(owned_by_stack, f"{text}; take it out of the template first", stack)
    removed = [trigger for trigger in inventory.triggers if kind_of(trigger).clean_up(trigger)]
    for thing, owner in blockers.owned(inventory, removed, alias=True):
        text = f"CloudFormation stack `{owner}` owns {thing}, and fails at its next update once it is gone"
        yield closed(owned_by_stack, f"{text}; take it out of the template first", owner)
    if function.reserved_concurrency == 0:
        yield closed(switched_off_gate, "its reserved concurrency is 0, so it is quiet even if something calls it")


def _declared(inventory: Inventory) -> Iterator[str]:
    """Yield that code outside of CloudFormation creates the function again, or fails, at its next deployment."""
    function = inventory.function
    owner = inventory.declared.get(function.arn, "")
    if owner and STACK_TAG not in function.tags:
        text = f"function `{function.name}` has an owner ({owner}): its next deployment makes it again, or fails"
        yield f"{text}; take it out of that code and its state first"


def _invoked(inventory: Inventory, config: Migration) -> Iterator[Blocker]:
    """Yield every trigger that still points at the function.

    One that can reach the service has to; one that cannot stays on the alias, until it is gone or accepted.
    """
    goal = destination(config)
    for trigger in inventory.triggers:
        if not trigger.enabled:
            continue
        movable = kind_of(trigger).to_service(trigger, inventory.function, goal) is not None
        why = f": {kind_of(trigger).stays}" if kind_of(trigger).stays and not movable else ""
        advice = "run `cutover --direct` first" if movable else "remove it, or accept it if nobody uses it"
        text = f"{blockers.whom(trigger)} still invokes `{trigger.qualifier or '$LATEST'}`{why}; {advice}"
        yield blockers.of_trigger(trigger, text, acceptable=not movable)


def _traffic(inventory: Inventory, config: Migration, evidence: InvocationCounts) -> Iterator[Blocker]:
    """Yield why the metrics do not prove that the function is quiet."""
    if not evidence.known:
        text = "CloudWatch has no invocations of the function at all, so silence proves nothing"
        yield closed(no_metrics, f"{text}; check the region, or accept it for a function that was never used")
        return
    if evidence.quiet < config.retire.quiet:
        text = f"the metrics cover {duration(evidence.quiet)}, `retire.quiet` asks for {duration(config.retire.quiet)}"
        yield closed(quiet_period, text)
    for resource, count in sorted(evidence.by_resource.items()):
        unexplained = resource in evidence.unexplained
        why = "; no known trigger does that, so find the caller first" if unexplained else ""
        yield closed(
            traffic, f"invocations of `{resource}` in the last {duration(evidence.quiet)}: {count:g}{why}", resource
        )
    if not any(evidence.by_resource.values()):
        for metric, count in sorted(evidence.refused.items()):
            text = f"nothing was invoked in the last {duration(evidence.quiet)}, yet `{metric}` is {count:g}"
            yield closed(traffic, f"{text}: somebody calls, so find the caller first", metric)
    if evidence.in_flight:
        text = f"{evidence.in_flight:g} invocations began within its timeout of {duration(inventory.function.timeout)}"
        yield closed(in_flight, f"{text} and may still run; wait that long")
