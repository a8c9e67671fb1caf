"""What a change set does to the flips: DescribeChangeSet in CloudFormation's API reference.

``Changes``, ``ResourceChange.Details``; ``Target.Path`` says where in a property a value stands.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lambda_migrate.declarations.model import mapping, sequence
from lambda_migrate.handover import check_above
from lambda_migrate.handover.finding import Finding, held, leads_past, parsed, unless_undone, worst
from lambda_migrate.handover.model import Reference
from lambda_migrate.handover.template_pointers import leaves

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lambda_migrate.handover.finding import Outcome
    from lambda_migrate.handover.model import CloudFormation, Flip

_READY, _FAILED = ("", "CREATE_COMPLETE"), "FAILED"
_NOTHING = ("didn't contain changes", "No updates are to be performed")
_NESTED = "AWS::CloudFormation::Stack"
_ALIAS, _WEIGHTS = "AWS::Lambda::Alias", "RoutingConfig"


def findings(change_set: Mapping[str, object], things: Sequence[Flip]) -> tuple[Finding, ...]:
    """Return what a change set does to each flip.

    Args:
        change_set: The document.
        things: The flips, each with its words for CloudFormation.
    """
    resources = [mapping(mapping(each).get("ResourceChange")) for each in sequence(change_set["Changes"])]
    nested, unready = _elsewhere(resources), _unready(change_set)
    function = check_above.function_of(things)
    own = ((each, _of(resources, each.cloudformation, each, nested)) for each in things if each.cloudformation)
    told = (check_above.in_change_set(resources, each, finding, function) for each, finding in own)
    return tuple(unless_undone(each, unready) if unready else each for each in told)


def _unready(change_set: Mapping[str, object]) -> str:
    """Return why the change set may be incomplete, "" if it is complete."""
    status, reason = str(change_set.get("Status") or ""), str(change_set.get("StatusReason") or "")
    if status == _FAILED and not any(each in reason for each in _NOTHING):
        return f"the change set failed{f': {reason}' if reason else ''}"
    if status not in (*_READY, _FAILED):
        return f"the change set is not ready ({status}): describe it again"
    execution = change_set.get("ExecutionStatus")
    return "the change set is obsolete: the stack has changed since" if execution == "OBSOLETE" else ""


def _elsewhere(resources: Sequence[Mapping[str, object]]) -> str:
    """Return that a nested stack changes, whose changes are in a change set of its own."""
    nested = [str(each.get("LogicalResourceId")) for each in resources if each.get("ResourceType") == _NESTED]
    return f"nested stack {', '.join(nested)} is changed too: check its own change set" if nested else ""


def _of(resources: Sequence[Mapping[str, object]], mine: CloudFormation, flip: Flip, nested: str) -> Finding:
    told = (_by_resource(each, mine, flip) for each in resources if each.get("ResourceType") == mine.type)
    otherwise = Finding(flip.what, "keeps", f"no {mine.type} with this id is in the change set")
    return worst((each for each in told if each), unless_undone(otherwise, nested) if nested else otherwise)


def _by_resource(each: Mapping[str, object], mine: CloudFormation, flip: Flip) -> Finding | None:
    """Return what the change of a resource does to a flip; None where it is about another thing."""
    name, physical = str(each.get("LogicalResourceId", mine.type)), each.get("PhysicalResourceId")
    if each.get("Action") == "Add" and not physical:
        again = flip.made and _new_one_is(each, mine)
        return Finding(flip.what, "undoes", f"{name} is added, but exists already: import it") if again else None
    if mine.physical and physical != mine.physical:
        return None
    finding = _as_a_whole(each, flip, name) or _by_details(each, mine, flip, name)
    return finding if mine.physical else _perhaps(finding, name)


def _as_a_whole(each: Mapping[str, object], flip: Flip, name: str) -> Finding | None:
    """Return the finding for a resource as a whole; None if its properties decide."""
    action = each.get("Action")
    if action == "Import":
        return Finding(flip.what, "keeps", f"{name} is imported")
    if action == "Remove" and each.get("PolicyAction") == "Retain":
        return Finding(flip.what, "keeps", f"{name} leaves the stack but is kept")
    if action == "Remove" or each.get("Replacement") == "True":
        return Finding(flip.what, "keeps" if flip.expendable else "undoes", f"{name} is removed or replaced")
    if action == "Dynamic":
        return Finding(flip.what, "unknown", f"{name}: what becomes of it is known only after the deployment")
    return None


def _perhaps(finding: Finding, name: str) -> Finding | None:
    """Return a finding about a resource whose CloudFormation id is unknown: it may be another one."""
    if finding.outcome == "keeps":
        return finding
    return replace(finding, outcome="unknown", why=f"{name} may be the same resource, and is changed")


def _new_one_is(resource: Mapping[str, object], mine: CloudFormation) -> bool:
    """Return whether a resource that is added would be the one that is there: its name says so, where it has one."""
    name = str(mine.properties.get("Name", ""))
    return bool(name) and f'"{name}"' in str(resource.get("AfterContext") or "")


def _by_details(each: Mapping[str, object], mine: CloudFormation, flip: Flip, name: str) -> Finding:
    touched = list(_touched(each, mine))
    outcomes = [outcome for _, outcome in touched]
    keys = ", ".join(dict.fromkeys(key for key, outcome in touched if outcome != "keeps"))
    if "undoes" in outcomes:
        return Finding(flip.what, "undoes", f"{name} gets another {keys}")
    if "unknown" in outcomes:
        return Finding(flip.what, "unknown", f"{name}: the change set does not say what {keys} becomes")
    if each.get("Replacement") == "Conditional":
        return Finding(flip.what, "unknown", f"{name}: whether it is replaced is known only after the deployment")
    if touched:
        return Finding(flip.what, "keeps", f"{name} is changed to the migrated value")
    return Finding(flip.what, "keeps", f"{name} is changed, and keeps the migrated value")


def _touched(each: Mapping[str, object], mine: CloudFormation) -> Iterator[tuple[str, Outcome]]:
    """Yield the flipped properties that change, each with what becomes of it as far as that is said."""
    for detail in sequence(each.get("Details")):
        target = mapping(mapping(detail).get("Target"))
        name, after = str(target.get("Name")), target.get("AfterValue")
        if target.get("Attribute") != "Properties":
            continue
        if mine.type == _ALIAS and name == _WEIGHTS and name not in mine.properties:
            yield name, "undoes" if after is not None else "unknown"
        elif name in mine.properties:
            yield from _at(name, mine.properties[name], str(target.get("Path") or ""), after)


_LATER = "{{changeSet:KNOWN_AFTER_APPLY}}"
"""What replaces a value that is known only after the deployment."""


def _at(name: str, wanted: Any, path: str, after: object) -> Iterator[tuple[str, Outcome]]:
    """Yield what becomes of a property, or of the one value in it that a path leads to."""
    steps = path.strip("/").split("/")[2:]  # behind `Properties` and the property's name
    members = [each for each in steps if not each.isdecimal()]
    if members:
        values = [value for key, value in leaves(wanted, name) if key == members[-1]]
        if not values:
            return  # another member, which the flip does not decide
        kept = any(held(each, after) == "keeps" for each in values)
        sure = kept or len(members) == len(steps)  # which one of a list it is, a number does not say
        yield name, "unknown" if after in (None, _LATER) or not sure else "keeps" if kept else "undoes"
    elif after is None:
        yield name, "unknown"
    else:
        outcome = held(wanted, parsed(after))
        goals = [str(value.value) for _, value in leaves(wanted, name) if isinstance(value, Reference)]
        partly = any(leads_past(str(after), goal) for goal in goals)  # of several in one property, one is not moved
        unsure = partly if outcome == "keeps" else _LATER in str(after)
        yield name, "unknown" if unsure else outcome
