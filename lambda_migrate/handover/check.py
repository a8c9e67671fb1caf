"""Whether the owner's next deployment keeps the flips: read from a plan of Terraform or a change set; nothing runs.

Sources: "JSON Output Format" of Terraform's plan representation (``resource_changes``, ``change.after_unknown``);
DescribeChangeSet in CloudFormation's API reference (``Changes``, ``ResourceChange.Details``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from lambda_migrate.errors import ConfigError
from lambda_migrate.handover.model import Reference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lambda_migrate.handover.model import CloudFormation, Flip, Terraform

Outcome = Literal["keeps", "undoes", "unknown"]


@dataclass(frozen=True)
class Finding:
    """What a deployment would do to one flip.

    Attributes:
        flip: In one line.
        outcome: ``keeps``, ``undoes``, or ``unknown`` where only the deployment itself will know.
        why: In one line.
    """

    flip: str
    outcome: Outcome
    why: str


def check(document: Any, things: Sequence[Flip]) -> tuple[Finding, ...]:
    """Return what a deployment would do to each flip that it could touch.

    Args:
        document: The JSON of ``terraform show -json PLAN``, or of ``aws cloudformation describe-change-set``.
        things: The flips.

    Raises:
        ConfigError: It is neither.
    """
    if isinstance(document, dict) and "resource_changes" in document:
        changes = [each for each in document["resource_changes"] if isinstance(each, dict)]
        return tuple(_by_terraform(changes, each.terraform, each) for each in things if each.terraform)
    if isinstance(document, dict) and isinstance(document.get("Changes"), list):
        if document.get("NextToken"):
            raise ConfigError("the change set has more pages than this one", hint="describe it without `--no-paginate`")
        resources = [each.get("ResourceChange") or {} for each in document["Changes"]]
        return tuple(_by_change_set(resources, each.cloudformation, each) for each in things if each.cloudformation)
    raise ConfigError(
        "neither a plan of Terraform nor a change set",
        hint="write one with `terraform show -json PLAN` or `aws cloudformation describe-change-set`",
    )


def _by_terraform(changes: list[dict[str, Any]], mine: Terraform, flip: Flip) -> Finding:
    for each in changes:
        change = each.get("change") or {}
        before, after = change.get("before") or {}, change.get("after") or {}
        if each.get("type") != mine.type or not (_is(before, mine.identity) or _is(after, mine.identity)):
            continue
        address, actions = str(each.get("address", mine.type)), list(change.get("actions") or [])
        if actions in (["no-op"], ["read"]):
            return Finding(flip.what, "keeps", f"{address} is not changed")
        if "delete" in actions:
            return Finding(flip.what, "undoes", f"{address} is deleted or made again")
        if actions == ["create"] and not change.get("importing") and flip.made:
            return Finding(flip.what, "undoes", f"{address} is created, but exists already: import it")
        return _compared(flip, mine.attributes, mine.ignored, after, change.get("after_unknown") or {}, address)
    return Finding(flip.what, "keeps", f"no {mine.type} of this id is in the plan")


def _is(resource: Mapping[str, Any], identity: Mapping[str, str]) -> bool:
    return bool(resource) and all(str(resource.get(name, "")) == value for name, value in identity.items())


def _compared(
    flip: Flip,
    wanted: Mapping[str, Any],
    ignored: Sequence[str],
    after: Mapping[str, Any],
    unknown: Mapping[str, Any],
    address: str,
) -> Finding:
    unsure = [name for name in wanted if unknown.get(name) is True and name not in ignored]
    other = [name for name in wanted if name not in unsure and not _same(wanted[name], after.get(name))]
    if other:
        return Finding(flip.what, "undoes", f"{address} gets another {', '.join(other)}")
    if unsure:
        return Finding(flip.what, "unknown", f"{address}: {', '.join(unsure)} is known only after the deployment")
    return Finding(flip.what, "keeps", f"{address} is changed, and keeps what was flipped")


def _same(wanted: Any, now: Any) -> bool:
    """Return whether a value is the flipped one; API Gateway's address of a function holds the function's ARN."""
    if isinstance(wanted, Reference):
        return isinstance(now, str) and (now == wanted.value or f"/functions/{wanted.value}/" in now)
    if isinstance(wanted, dict):
        block = now[0] if isinstance(now, list) and len(now) == 1 else now
        return isinstance(block, dict) and all(_same(each, block.get(name)) for name, each in wanted.items())
    return bool(wanted == now or str(wanted) == str(now))


def _by_change_set(resources: list[dict[str, Any]], mine: CloudFormation, flip: Flip) -> Finding:
    for each in resources:
        of_type = each.get("ResourceType") == mine.type
        name, action = str(each.get("LogicalResourceId", mine.type)), each.get("Action")
        if of_type and action == "Add" and flip.made and not each.get("PhysicalResourceId"):
            made = _new_one_is(each, mine)
            if made:
                return Finding(flip.what, "undoes", f"{name} is added, but exists already: import it")
        if not of_type or each.get("PhysicalResourceId") != mine.physical:
            continue
        if action == "Remove" or each.get("Replacement") == "True":
            return Finding(flip.what, "undoes", f"{name} is removed or replaced")
        if action == "Import":
            return Finding(flip.what, "keeps", f"{name} is imported")
        return _of_details(flip, mine, list(each.get("Details") or []), name)
    return Finding(flip.what, "keeps", f"no {mine.type} of this id is in the change set")


def _new_one_is(resource: Mapping[str, Any], mine: CloudFormation) -> bool:
    """Return whether a resource that is added would be the one that is there: its name says so, where it has one."""
    after = str(resource.get("AfterContext") or "")
    name = str(mine.properties.get("Name", ""))
    return bool(name) and f'"{name}"' in after


def _of_details(flip: Flip, mine: CloudFormation, details: list[Any], name: str) -> Finding:
    touched = list(dict.fromkeys(_touched(details, mine)))
    if not touched:
        return Finding(flip.what, "keeps", f"{name} is changed, and keeps what was flipped")
    values = {key: after for key, after in touched if after is not None}
    if len(values) == len(touched) and all(_same(mine.properties[key], after) for key, after in values.items()):
        return Finding(flip.what, "keeps", f"{name} is changed to what was flipped")
    keys = ", ".join(dict.fromkeys(key for key, _ in touched))
    if len(values) < len(touched):
        return Finding(flip.what, "unknown", f"{name}: the change set does not say what {keys} becomes")
    return Finding(flip.what, "undoes", f"{name} gets another {keys}")


def _touched(details: list[Any], mine: CloudFormation) -> Iterator[tuple[str, str | None]]:
    """Yield the flipped properties that change, with what they become where that is said."""
    for each in details:
        target = (each or {}).get("Target") or {}
        if target.get("Attribute") == "Properties" and target.get("Name") in mine.properties:
            yield str(target["Name"]), target.get("AfterValue")
