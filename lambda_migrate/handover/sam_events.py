"""An event of a SAM function as the resource that SAM makes of it, so that it can lead to the alias.

SAM gives the resource of an event the function's logical id and the event's, one behind the other. A resource that is
written out under that id is the same one to CloudFormation: it is changed in place.
https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from lambda_migrate.declarations.cloudformation import FUNCTIONS, Template
from lambda_migrate.declarations.model import mapping
from lambda_migrate.handover.patch import Edit
from lambda_migrate.handover.template_pointers import names_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lambda_migrate.handover.model import Flip
    from lambda_migrate.handover.template_text import TemplateText

GOAL = "__GOAL__"
"""Stands in the text of a moved event where it leads to."""

_SAME = (
    "BatchSize",
    "BisectBatchOnFunctionError",
    "Enabled",
    "FilterCriteria",
    "FunctionResponseTypes",
    "MaximumBatchingWindowInSeconds",
    "MaximumRecordAgeInSeconds",
    "MaximumRetryAttempts",
    "ParallelizationFactor",
    "ScalingConfig",
    "StartingPosition",
    "StartingPositionTimestamp",
    "TumblingWindowInSeconds",
)


@dataclass(frozen=True)
class Kind:
    """What SAM makes of a kind of event.

    Attributes:
        resource: The type of the resource.
        properties: Names of the event's properties → those of the resource.
        policy: The managed policy that the function's own role gets for it, where SAM makes the role; "" for none.
        goal: Lines that say where it leads.
    """

    resource: str
    properties: Mapping[str, str]
    policy: str
    goal: str


def _mapping_of(source: str, policy: str) -> Kind:
    properties = {source: "EventSourceArn", **dict(zip(_SAME, _SAME, strict=True))}
    return Kind("AWS::Lambda::EventSourceMapping", properties, policy, f"FunctionName: {GOAL}\n")


_RULE = {each: each for each in ("EventBusName", "Name", "State", "Description")} | {"RuleName": "Name"}
_TARGET = f"Targets:\n- Id: {{id}}\n  Arn: {GOAL}\n"

KINDS = {
    "SQS": _mapping_of("Queue", "AWSLambdaSQSQueueExecutionRole"),
    "Kinesis": _mapping_of("Stream", "AWSLambdaKinesisExecutionRole"),
    "DynamoDB": _mapping_of("Stream", "AWSLambdaDynamoDBExecutionRole"),
    "EventBridgeRule": Kind("AWS::Events::Rule", {"Pattern": "EventPattern", **_RULE}, "", _TARGET),
    "CloudWatchEvent": Kind("AWS::Events::Rule", {"Pattern": "EventPattern", **_RULE}, "", _TARGET),
    "CloudWatchLogs": Kind(
        "AWS::Logs::SubscriptionFilter",
        {"LogGroupName": "LogGroupName", "FilterPattern": "FilterPattern"},
        "",
        f"DestinationArn: {GOAL}\n",
    ),
    "Schedule": Kind("AWS::Events::Rule", {"Schedule": "ScheduleExpression", **_RULE}, "", _TARGET),
}


@dataclass(frozen=True)
class Moved:
    """An event that becomes a resource.

    Attributes:
        event: Its name.
        text: The resource, as YAML; :data:`GOAL` stands where it leads to.
        edits: What takes it out of the function.
        function: The function's logical id.
        policy: What the function's policies get, so that a role that SAM makes stays as it is; "" for nothing.
    """

    event: str
    text: str
    edits: tuple[Edit, ...]
    function: str
    policy: str

    def expected(self, document: dict[str, Any], resource: Mapping[str, object]) -> dict[str, Any]:
        """Return what a template has to be read as, once the event is moved."""
        after = deepcopy(document)
        properties = after["Resources"][self.function]["Properties"]
        del properties["Events"][self.event]
        if not properties["Events"]:
            del properties["Events"]
        if self.policy:
            properties["Policies"] = [*properties.get("Policies", []), self.policy]
        after["Resources"] |= resource
        return after


def moved(
    text: TemplateText, document: Mapping[str, Any], function: str, flip: Flip, earlier: Sequence[Moved]
) -> Moved | None:
    """Return the event that a flip is about as a resource; None where none can be told, or it has what is not known.

    Args:
        text: The template.
        document: The same, read.
        function: The function's logical id.
        flip: What was moved.
        earlier: Those that were moved already.
    """
    properties = mapping(mapping(document["Resources"][function]).get("Properties"))
    events = {name: mapping(each) for name, each in mapping(properties.get("Events")).items()}
    template, gone = Template(document), {each.event for each in earlier}
    fitting = [each for each in events if _fits(events[each], flip, template, function + each)]
    if document["Resources"][function].get("Type") != FUNCTIONS[0] or len(fitting) != 1 or gone & set(fitting):
        return None
    event = fitting[0]
    kind = KINDS[str(events[event]["Type"])]
    path = ("Resources", function, "Properties", "Events")
    condition = str(document["Resources"][function].get("Condition") or "")
    written = _written(text, (*path, event), function + event, kind, flip, condition)
    removed = _removed(text, path, event, last=set(events) <= gone | {event})
    policies = _policies(text, function, properties, "" if kind.policy in {e.policy for e in earlier} else kind.policy)
    if not written or not removed or policies is None or (policies and any(each.policy for each in earlier)):
        return None
    return Moved(event, written, (*removed, *policies), function, kind.policy if policies else "")


def _fits(event: Mapping[str, object], flip: Flip, template: Template, key: str) -> bool:
    """Return whether an event can be what a flip is about: by its type, and by the name of what triggers."""
    kind = KINDS.get(str(event.get("Type")))
    given = mapping(event.get("Properties"))
    mine = flip.cloudformation
    if (
        kind is None
        or mine is None
        or kind.resource != mine.type
        or not given
        or not set(given) <= set(kind.properties)
    ):
        return False
    names = names_of({kind.properties[each]: value for each, value in given.items()}, template)
    return flip.source in names if names else kind.policy != "" or f"-{key}-" in flip.source


def _written(text: TemplateText, path: tuple[str, ...], key: str, kind: Kind, flip: Flip, condition: str) -> str:
    """Return a resource whose properties are the event's, as they are written; "" where that cannot be told.

    SAM gives what it makes of an event the condition of the function.
    """
    lines = [f"{key}:", f"  Type: {kind.resource}"]
    lines += [f"  Condition: {condition}"] if condition else []
    lines += ["  Properties:"]
    given = text.at(*path, "Properties")
    if not isinstance(given, yaml.MappingNode):
        return ""
    for name, value in given.value:
        column, after = name.start_mark.column, kind.properties.get(name.value)
        written = text.text[name.end_mark.index : text.span(value)[1]].replace("\r\n", "\n")
        first, *rest = written.split("\n")
        if after is None or given.flow_style or any(line[:column].strip() for line in rest):
            return ""
        lines += [f"    {after}{first}", *(f"    {line[column:]}" for line in rest)]
    lines += [f"    {line}" for line in kind.goal.format(id=_target_id(flip)).splitlines()]
    return "\n".join(lines) + "\n"


def _target_id(flip: Flip) -> str:
    targets = flip.cloudformation.properties.get("Targets") if flip.cloudformation else None
    return str(targets[0]["Id"]) if targets else ""


def _policies(
    text: TemplateText, function: str, properties: Mapping[str, object], policy: str
) -> tuple[Edit, ...] | None:
    """Return how the policy of an event stays in a role that SAM makes; None where nobody can say how."""
    given = properties.get("Policies")
    if "Role" in properties or not policy or (isinstance(given, list) and policy in given):
        return ()
    path = ("Resources", function, "Properties")
    node = text.at(*path, "Policies")
    if node is None:
        entry = text.entry(*path, "Events")
        begin = entry[0].start_mark if entry else None
        if begin is None or text.text[begin.index - begin.column : begin.index].strip():
            return None
        blank, place = " " * begin.column, begin.index - begin.column
        return (Edit(place, place, f"{blank}Policies:{text.newline}{blank}  - {policy}{text.newline}"),)
    lines = text.whole_lines(*text.span(node))
    if not isinstance(node, yaml.SequenceNode) or node.flow_style or lines is None:
        return None
    return (Edit(lines[1], lines[1], f"{' ' * node.start_mark.column}- {policy}{text.newline}"),)


def _removed(text: TemplateText, path: tuple[str, ...], event: str, *, last: bool) -> tuple[Edit, ...]:
    """Return how an event goes, and the word above it with the last one; nothing where it shares its lines."""
    entry, above = text.entry(*path, event), text.entry(*path)
    if entry is None or above is None:
        return ()
    lines = text.whole_lines(entry[0].start_mark.index, text.span(entry[1])[1])
    head = text.whole_lines(above[0].start_mark.index, above[0].end_mark.index + 1) if last else (0, 0)
    if lines is None or head is None:
        return ()
    return (Edit(*lines, ""), *([Edit(*head, "")] if last else []))
