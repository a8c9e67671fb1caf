"""Who owns the function, its alias and each trigger: what AWS shows, and what tools have written down, put together.

Nothing here stands in anybody's way: what cannot be read is told, and who owns a thing may stay unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.handover.model import Owner
from lambda_migrate.handover.owners import OF_STACKS
from lambda_migrate.handover.states.model import ALIAS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from lambda_migrate.handover.states.model import Managed

_STACKED = frozenset({"cloudformation", *OF_STACKS})


@dataclass(frozen=True)
class Thing:
    """Something that may have an owner.

    Attributes:
        kind: ``function``, ``alias``, or the kind of trigger.
        label: For a person: ``function orders``, ``alias live``, ``SQS queue jobs``.
        id: What CloudFormation calls it, the ARN of function and alias.
        name: What a person calls it.
    """

    kind: str
    label: str
    id: str
    name: str


@dataclass(frozen=True)
class File:
    """A file in which a tool has written down what it has made.

    Attributes:
        tool: Whose.
        path: Relative to the folder of the code.
        things: What it names.
        lineage: What a state has in common with its copies, and with no other state; "" where nothing tells.
    """

    tool: str
    path: str
    things: tuple[Managed, ...] = ()
    lineage: str = ""


@dataclass(frozen=True)
class Owned:
    """A thing and its owners: none where nobody is known, more than one where several say that it is theirs.

    Attributes:
        thing: The thing.
        owners: Its owners.
        guessed: Whether nothing names the thing itself: the tool's files lie beside the code, or it changed it last.
    """

    thing: Thing
    owners: tuple[Owner, ...] = ()
    guessed: bool = False

    def __str__(self) -> str:
        known = " and ".join(spoken(each) for each in self.owners) or "unknown"
        return f"perhaps {known}" if self.guessed else known


def owned(
    things: Iterable[Thing], files: Sequence[File], stacks: Mapping[str, str], known: Sequence[Owner]
) -> tuple[Owned, ...]:
    """Return who owns each thing.

    Args:
        things: The function first.
        files: What tools have written down.
        stacks: CloudFormation's stacks, by what it calls the things that are theirs.
        known: Who owns the function by tags and by what lies beside its code, the surest first.
    """
    listed = list(things)
    tools = {file.tool for file in files for each in listed[:1] if any(_is(made, each) for made in file.things)}
    stacked = next((each.tool for each in known if each.tool in _STACKED), "cloudformation")
    told = [Owned(each, tuple(_owners(each, files, stacks, stacked, tools))) for each in listed]
    if told and not told[0].owners and known:
        tagged = any(each.startswith("tag ") for each in known[0].evidence)
        told[0] = Owned(told[0].thing, (known[0],), guessed=not tagged)
    return tuple(told)


def _owners(
    thing: Thing,
    files: Sequence[File],
    stacks: Mapping[str, str],
    stacked: str,
    tools: set[str],
) -> Iterator[Owner]:
    stack = stacks.get(thing.id, "")
    if stack:
        yield Owner(stacked, (f"stack {stack}",), stack)
    written: dict[str, dict[str, str]] = {}
    for file in files:  # the first is believed; a state of another lineage is another owner, whichever tool's
        for made in file.things:
            if _is(made, thing) and (thing.kind != ALIAS or not made.by_name or file.tool in tools):
                own = written.setdefault(file.tool, {})
                if not own or (file.lineage and "" not in own):
                    own.setdefault(file.lineage, f"`{made.address}` in `{file.path}`")
    stacks_too = {tool for tool in written if stack and tool in _STACKED}
    for tool in sorted(set(written) - stacks_too):
        yield from (Owner(tool, (evidence,)) for evidence in written[tool].values())


def _is(made: Managed, thing: Thing) -> bool:
    if made.kind not in ("", thing.kind):
        return False
    return made.id == thing.id or (made.by_name and made.id == thing.name)


def spoken(owner: Owner) -> str:
    """Return an owner for a person: ``terraform: `aws_lambda_alias.live` in `infra/terraform.tfstate```."""
    return f"{owner.tool}: {'; '.join(owner.evidence)}" if owner.evidence else owner.tool


def disputes(things: Iterable[Owned]) -> Iterator[str]:
    """Yield what several say is theirs: whoever deploys last decides."""
    for each in things:
        if len(each.owners) > 1:
            said = f"{each.thing.label} has {len(each.owners)} owners ({each}): the one that deploys last decides"
            yield f"{said}; remove it from the code and the state of all but one"


def tools(things: Iterable[Owned]) -> tuple[Owner, ...]:
    """Return whose code has to change, the function's owner first: each tool once, with all that says so."""
    known: dict[str, Owner] = {}
    for number, each in enumerate(things):
        for owner in each.owners:
            said = [f"perhaps: {one}" if each.guessed else one for one in owner.evidence]
            said = said if number == 0 else [f"{each.thing.label}: {one}" for one in said]
            before = known.get(owner.tool, Owner(owner.tool))
            evidence = tuple(dict.fromkeys((*before.evidence, *said)))
            known[owner.tool] = Owner(owner.tool, evidence, before.stack or owner.stack)
    return tuple(known.values())
