"""CloudFormation's templates, as far as a handover writes them: resources, an import list, references to the alias."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from lambda_migrate.handover.model import Reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lambda_migrate.handover.model import Flip


_FUNCTIONS = ("FunctionName", "TargetFunctionArn")
STAYS = "a stack does not change a stage until the template gives it another deployment"
RETAINED = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
"""What an import change set asks of each resource, and what keeps the resource whatever becomes of the template."""


class _Dumper(yaml.SafeDumper):
    """Writes references in the short form of functions, ``!Ref Alias``."""


class _Ref(str):
    """The logical id that a value refers to; the reference of an alias is its ARN."""

    __slots__ = ()


def _represent(dumper: yaml.SafeDumper, value: _Ref) -> yaml.Node:
    return dumper.represent_scalar("!Ref", str(value))


_Dumper.add_representer(_Ref, _represent)


def snippet(things: Iterable[Flip], alias: str) -> str:
    """Return the resources that a template gets, and the properties that change of those it has, as YAML.

    Args:
        things: The flips.
        alias: The logical id of the alias.
    """
    parts = []
    for each in things:
        mine = each.cloudformation
        if mine is None or mine.stays or each.expendable:
            continue
        properties = _referring(mine.properties, alias)
        resource = {"Type": mine.type, **(RETAINED if each.made else {}), "Properties": properties}
        where = "a new resource" if each.made else f"in the {mine.type} whose physical id is {mine.physical}"
        text = yaml.dump({logical_id(each.name): resource}, Dumper=_Dumper, sort_keys=False, allow_unicode=True)
        parts.append(f"# {' '.join(each.what.split())}: {' '.join(where.split())}\n{text}")
    return "\n".join(parts)


def resource(flip: Flip, alias: str, known: Mapping[str, str], condition: str = "") -> tuple[str, str]:
    """Return the logical id and the YAML of a resource that a template gets.

    Args:
        flip: What the migration made.
        alias: The logical id of the alias.
        known: Logical ids for the names of functions.
        condition: The condition under which the function is made, "" where it always is.
    """
    mine = flip.cloudformation
    if mine is None:
        msg = f"{flip.name} is not of CloudFormation"
        raise ValueError(msg)
    properties = {
        name: _Ref(known[value])
        if name in _FUNCTIONS and isinstance(value, str) and value in known
        else _referring(value, alias)
        for name, value in mine.properties.items()
    }
    conditional = {"Condition": condition} if condition else {}
    written = {"Type": mine.type, **conditional, **RETAINED, "Properties": properties}
    text = yaml.dump({logical_id(flip.name): written}, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
    return logical_id(flip.name), re.sub(r"!Ref '([\w.]+)'", r"!Ref \1", text)


def imports(things: Iterable[Flip]) -> list[dict[str, Any]]:
    """Return what `CreateChangeSet` takes as ``ResourcesToImport``: what the migration made and a stack can import."""
    return [
        {
            "ResourceType": each.cloudformation.type,
            "LogicalResourceId": logical_id(each.name),
            "ResourceIdentifier": each.cloudformation.identifier,
        }
        for each in things
        if each.made and each.cloudformation and each.cloudformation.identifier
    ]


def logical_id(name: str) -> str:
    """Return a name as CloudFormation takes it: letters and digits."""
    return "".join(part.capitalize() for part in name.split("_"))


def referred(reference: Reference, alias: str) -> str:
    """Return the logical id of what a reference is of; that of the alias in most cases."""
    return logical_id(reference.made.partition(".")[2]) if reference.made else alias


def _referring(value: Any, alias: str) -> Any:
    if isinstance(value, Reference):
        return _Ref(referred(value, alias))
    if isinstance(value, dict):
        return {name: _referring(each, alias) for name, each in value.items()}
    if isinstance(value, list):
        return [_referring(each, alias) for each in value]
    return value
