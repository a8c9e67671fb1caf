"""Gathers who owns the function, its alias and its triggers: tags and stacks, files of the project, CloudTrail.

Files are read and nothing is run. What they say is told, and decides nothing: what AWS shows counts. Everybody who
wants to know who owns what asks here: `inspect`, `doctor`, plans, reports, `handover`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from lambda_migrate.aws.arn import Arn
from lambda_migrate.declarations.deployment import find
from lambda_migrate.function.model import STACK_TAG
from lambda_migrate.handover import agents
from lambda_migrate.handover.owners import OF_STACKS, owners
from lambda_migrate.handover.ownership import Owned, Thing, disputes, owned
from lambda_migrate.handover.states.model import ALIAS, FUNCTION
from lambda_migrate.proxy import layer
from lambda_migrate.scaffold import FunctionFacts
from lambda_migrate.scaffold.handlers import VENDORS
from lambda_migrate.triggers import kind_of, labelled
from lambda_migrate.workflow import remote_states, state_files
from lambda_migrate.workflow.declared_function import differences

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.declarations.deployment import Deployment
    from lambda_migrate.function.model import Function
    from lambda_migrate.inventory import Inventory


@dataclass(frozen=True)
class Ownership:
    """Who owns what.

    Attributes:
        things: The function first, then the alias and the triggers.
        notes: What a person should know before anybody deploys, one line each: disputes, locks, what cannot be read,
            and where the files of the project differ from AWS.
        states: The ids of states that are kept elsewhere, in the form of a state, by the folder of their code.
    """

    things: tuple[Owned, ...]
    notes: tuple[str, ...] = ()
    states: Mapping[Path, str] = field(default_factory=dict)


def ownership(aws: Aws, inventory: Inventory, folder: Path, *, ask: bool = False) -> Ownership:
    """Return who owns the function, its alias and its triggers.

    Args:
        aws: Where to look.
        inventory: What there is.
        folder: Of the function's code.
        ask: Whether to ask CloudTrail, one call, where nothing else tells.
    """
    function = inventory.function
    written, remote, deployment = state_files.read(folder), remote_states.read(aws, folder), find(folder, function.name)
    stack = function.tags.get(STACK_TAG, "")
    stacks = {**inventory.owners, **({function.arn: stack} if stack else {})}
    files = (*remote.files, *written.files)
    listed = owned(_things(inventory), files, stacks, owners(function.tags, written.names))
    if ask and listed and not listed[0].owners:
        guessed = agents.last_tool(aws, function.name)
        listed = (replace(listed[0], owners=(guessed,) if guessed else (), guessed=True), *listed[1:])
    notes = (*disputes(listed), *written.notes, *remote.notes, *_of_declarations(function, deployment))
    return Ownership(listed, tuple(dict.fromkeys(notes)), remote.texts)


def of_files(arn: str, alias: str, folder: Path) -> Ownership:
    """Return what the files of the project say of a function that AWS does not have any more.

    Args:
        arn: The function's ARN.
        alias: The name of its traffic alias.
        folder: Of the function's code.
    """
    written, name = state_files.read(folder), Arn.parse(arn).name
    things = (
        Thing(FUNCTION, f"function `{name}`", arn, name),
        Thing(ALIAS, f"alias `{alias}`", f"{arn}:{alias}", alias),
    )
    listed = owned(things, written.files, {}, owners({}, written.names))
    return Ownership(listed, (*disputes(listed), *written.notes))


def with_owners(aws: Aws, inventory: Inventory, folder: Path, *, ask: bool = False) -> Inventory:
    """Return an inventory with who owns what, and notes for a person; see :func:`ownership`."""
    known = ownership(aws, inventory, folder, ask=ask)
    notes = dict.fromkeys((*_of_function(known.things), *known.notes))
    return replace(
        inventory,
        declared={each.thing.id: str(each) for each in known.things if each.owners},
        warnings=(*inventory.warnings, *notes),
    )


def _things(inventory: Inventory) -> Iterator[Thing]:
    function = inventory.function
    yield Thing(FUNCTION, f"function `{function.name}`", function.arn, function.name)
    if function.alias(inventory.alias):
        yield Thing(ALIAS, f"alias `{inventory.alias}`", inventory.alias_arn, inventory.alias)
    for trigger in inventory.triggers:
        kind = kind_of(trigger)
        if kind.alias:
            yield Thing(kind.name, labelled(trigger), kind.physical_id(trigger), trigger.name)


def _of_function(listed: tuple[Owned, ...]) -> Iterator[str]:
    """Yield who owns the function where no stack does, which the inventory tells."""
    for owner in listed[0].owners if listed else ():
        if owner.tool == agents.CONSOLE:
            yield f"the function was last changed by hand ({owner.evidence[0]}): no owner is known"
        elif not owner.stack and owner.tool not in OF_STACKS:
            evidence = "; ".join(owner.evidence)
            owns = "may own" if listed[0].guessed else "owns"
            yield f"{owner.tool} {owns} the function ({evidence}): its next deployment may undo what is changed here"


def _of_declarations(function: Function, deployment: Deployment) -> Iterator[str]:
    """Yield where the files of the project differ from AWS, and which of them cannot be read."""
    yield from (f"{each}: fix it before the next deployment" for each in deployment.notes)
    replaced = function.handler == layer.HANDLER or not set(VENDORS).isdisjoint(function.environment_names)
    facts = FunctionFacts(
        name=function.name,
        runtime=function.runtime,
        handler="" if replaced else function.handler,  # plugins of vendors put theirs around it as they deploy
        timeout=float(function.timeout),
        memory=function.memory,
    )
    yield from differences(facts, deployment, then="the next deployment would change it, so make them alike")
