"""Where a template's resources lead: to the function, to its alias; and how a resource is called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lambda_migrate.declarations.model import mapping
from lambda_migrate.handover.model import Reference

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from lambda_migrate.declarations.cloudformation import Template
    from lambda_migrate.handover.template_text import Key

_GOALS = (
    *("Arn", "IntegrationUri", "FunctionName", "Endpoint"),
    *("DestinationArn", "Function", "TargetGroupArn", "Uri"),
)
_NAMED = ("Name", "EventSourceArn", "TopicArn", "BucketName", "LogGroupName")
_OWN_NAMES = ("QueueName", "TopicName", "StreamName", "TableName", "LogGroupName", "Name")


def goal(properties: Mapping[str, Any]) -> tuple[str, Any] | None:
    """Return the property that says where a flip leads, and what it leads to; None where nothing does."""
    decided = [(name, key, value) for name, each in properties.items() for key, value in leaves(each, name)]
    leading = [(name, value) for name, _, value in decided if isinstance(value, Reference)]
    literal = [(name, value) for name, key, value in decided if key in _GOALS]
    if leading:
        return leading[0] if len(leading) == 1 and len(literal) <= 1 else None
    return literal[0] if len(literal) == 1 and len(decided) <= 2 else None  # noqa: PLR2004  # a target has an id, too


def leaves(value: Any, key: str) -> Iterator[tuple[str, Any]]:
    """Yield the values in a document, each with the name of the member that has it.

    Args:
        value: The document.
        key: The name of the member that has all of it.
    """
    if isinstance(value, dict):
        for name, each in value.items():
            yield from leaves(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from leaves(each, key)
    else:
        yield key, value


def pointers(
    value: Any, ids: Collection[str], function: str, path: tuple[Key, ...] = ()
) -> Iterator[tuple[tuple[Key, ...], bool]]:
    """Yield each place that leads to the function or its alias, and whether it is but a part of a longer text.

    Args:
        value: Of a property, as it is read.
        ids: Logical ids of the function and its alias.
        function: The function's name.
        path: Where the value stands.
    """
    if isinstance(value, dict) and len(value) == 1:
        ((key, inner),) = value.items()
        first = inner[0] if isinstance(inner, list) and inner else inner
        if key == "Ref" and isinstance(inner, str) and inner in ids:
            yield path, False
            return
        if key == "Fn::GetAtt" and isinstance(first, str) and first.partition(".")[0] in ids:
            yield path, False
            return
        if key == "Fn::Sub" and any(re.search(rf"\$\{{{re.escape(each)}(\.Arn)?\}}", str(first)) for each in ids):
            yield path, True
            return
    if isinstance(value, dict):
        for key, each in value.items():
            yield from pointers(each, ids, function, (*path, key))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from pointers(each, ids, function, (*path, number))
    elif isinstance(value, str) and _names(value, function, alone=path[-1:] == ("FunctionName",)):
        yield path, False


def _names(text: str, function: str, *, alone: bool) -> bool:
    """Return whether a text is the function's ARN, qualified or not; or its name, where that may stand alone."""
    begin = "(?:^|:function:)" if alone else ":function:"
    return re.search(rf"{begin}{re.escape(function)}(?::[\w$-]+)?$", text) is not None


def names_of(properties: Mapping[str, object], template: Template) -> list[str]:
    """Return the names that tell a resource in AWS: its own, and that of what it takes events from."""
    told = (_name(properties.get(each), template) for each in _NAMED)
    return [each for each in told if each]


def _name(value: object, template: Template) -> str | None:
    given = mapping(value)
    target = given.get("Ref") or given.get("Fn::GetAtt")
    target = target[0] if isinstance(target, list) and target else target
    if isinstance(target, str) and target.partition(".")[0] in template.resources:
        properties = mapping(template.resources[target.partition(".")[0]].get("Properties"))
        text = next((told for each in _OWN_NAMES if (told := template.text(properties.get(each)))), None)
    else:
        text = template.text(value)
    return re.split(r"[:/]", text)[-1] if text else None
