"""What a plan of Terraform does to the flips.

"JSON Output Format" of Terraform's documentation: ``resource_changes``, ``change.after_unknown``, ``errored``,
``deferred_changes``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.declarations.model import mapping, sequence
from lambda_migrate.handover import check_above
from lambda_migrate.handover.finding import Finding, alike, held, unless_undone, worst
from lambda_migrate.handover.model import Reference
from lambda_migrate.handover.states.resources import type_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lambda_migrate.handover.finding import Outcome
    from lambda_migrate.handover.model import Flip, Terraform

_ENDPOINT = "endpoint"
"""The attributes that distinguish the subscriptions of a topic."""

_UNTOUCHED = (["no-op"], ["read"], ["forget"])
"""Actions that leave a thing as it is; ``forget`` takes it out of the state alone."""


def findings(plan: Mapping[str, object], things: Sequence[Flip]) -> tuple[Finding, ...]:
    """Return what a plan does to each flip.

    Args:
        plan: The document.
        things: The flips, each with its words for Terraform.
    """
    changes = [mapping(each) for each in sequence(plan["resource_changes"])]
    deferred = [mapping(mapping(each).get("resource_change")) for each in sequence(plan.get("deferred_changes"))]
    function = check_above.function_of(things)
    own = [(each, _of(changes, each.terraform, each)) for each in things if each.terraform]
    told = [check_above.in_plan(changes, each, finding, function) for each, finding in own]
    if plan.get("errored") is True:
        return tuple(unless_undone(each, "the plan ended with an error, and may be incomplete") for each in told)
    types = [each.terraform.type for each in things if each.terraform]
    put_off = {type_of(each.get("type")) for each in deferred}
    why = "Terraform has deferred changes to resources of this type"
    return tuple(unless_undone(each, why) if kind in put_off else each for kind, each in zip(types, told, strict=True))


def _of(changes: Sequence[Mapping[str, object]], mine: Terraform, flip: Flip) -> Finding:
    told = (_by_change(each, mine, flip) for each in changes if type_of(each.get("type")) == mine.type)
    otherwise = Finding(flip.what, "keeps", f"no {mine.type} with this id is in the plan")
    return worst((each for each in told if each), otherwise)


def _by_change(each: Mapping[str, object], mine: Terraform, flip: Flip) -> Finding | None:
    """Return what a change does to a flip; None where it is about another thing."""
    change = mapping(each.get("change"))
    was, becomes = _is(change.get("before"), mine, flip), _is(change.get("after"), mine, flip)
    if not was and not becomes:
        return None
    address, actions = str(each.get("address", mine.type)), sequence(change.get("actions"))
    if actions in _UNTOUCHED:
        return Finding(flip.what, "keeps", f"{address} is not changed")
    if "delete" in actions and was:
        outcome: Outcome = "keeps" if flip.expendable else "undoes"
        return Finding(flip.what, outcome, f"{address} is deleted or replaced")
    if "create" in actions and not change.get("importing") and flip.made:
        return _created(flip, mine, address)
    return _compared(change, mine, flip, address)


def _compared(change: Mapping[str, object], mine: Terraform, flip: Flip, address: str) -> Finding:
    before, after = mapping(change.get("before")), mapping(change.get("after"))
    unknown = mapping(change.get("after_unknown"))
    told = {name: held(value, after.get(name), unknown.get(name)) for name, value in mine.attributes.items()}
    told |= dict.fromkeys(_going_on(mine, before, after, unknown), "undoes")
    other = [name for name, outcome in told.items() if outcome == "undoes"]
    unsure = [name for name, outcome in told.items() if outcome == "unknown"]
    if other:
        return Finding(flip.what, "undoes", f"{address} gets another {', '.join(other)}")
    if unsure:
        return Finding(flip.what, "unknown", f"{address}: {', '.join(unsure)} is known only after the deployment")
    return Finding(flip.what, "keeps", f"{address} is changed, and keeps the migrated value")


def _created(flip: Flip, mine: Terraform, address: str) -> Finding:
    if not mine.import_id:  # what the provider imports none of, AWS takes again and changes nothing
        return Finding(flip.what, "keeps", f"{address} is created again, which changes nothing")
    return Finding(flip.what, "undoes", f"{address} is created, but exists already: import it")


def _going_on(
    mine: Terraform, before: Mapping[str, object], after: Mapping[str, object], unknown: Mapping[str, object]
) -> Iterator[str]:
    """Yield what the plan changes among the values that keep changing while traffic moves."""
    for name in mine.ignored:
        empty: object = None
        was, becomes = before.get(name) or empty, after.get(name) or empty
        if before and (was != becomes or unknown.get(name) is True):
            yield name


def _is(given: object, mine: Terraform, flip: Flip) -> bool:
    """Return whether a resource is the thing; one whose id is not known, by where it leads too."""
    resource = mapping(given)
    named = all(alike(name, resource.get(name, ""), value) for name, value in mine.identity.items())
    telling = {
        name: value
        for name, value in mine.attributes.items()
        if flip.made and not mine.import_id and (isinstance(value, Reference) or name == _ENDPOINT)
    }
    return bool(resource) and named and all(held(each, resource.get(name)) == "keeps" for name, each in telling.items())
