"""State machines of Step Functions, which invoke by their role; their definitions name the function."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.answers import document
from lambda_migrate.inventory import concurrently
from lambda_migrate.inventory.finders import named
from lambda_migrate.inventory.finders.unlooked import looked, unlooked
from lambda_migrate.triggers import base
from lambda_migrate.triggers.base import Trigger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function
    from lambda_migrate.inventory.grants import Grants

KIND = "step_functions"
PRINCIPALS = ("states.amazonaws.com",)
LISTING = "Step Functions"

_INVOKING = ("lambda:invoke", "aws-sdk:lambda:invoke")
"""How the resource of a task goes on that invokes a function, after ``arn:aws:states:::``
("Invoke an AWS Lambda function with Step Functions", developer guide)."""

_OPEN = "?"

_GIVEN = ("Parameters", "Arguments")
"""Where a task says what it calls with: in JSONPath and in JSONata."""


def find_by_role(aws: Aws, function: Function, grants: Grants) -> Iterator[Trigger[base.Settings]]:
    """Yield the state machines that invoke the function; none is read where no role of theirs may."""
    yield from looked(LISTING, partial(_find, aws, function, grants))


def _find(aws: Aws, function: Function, grants: Grants) -> Iterator[Trigger[base.Settings]]:
    if not any(grants.through(principal) for principal in PRINCIPALS):
        return
    machines = list(aws.pages("stepfunctions", "list_state_machines", "stateMachines"))
    for triggers in concurrently.ask(aws, partial(_of_machine, aws, function, grants), machines):
        yield from triggers


def _of_machine(aws: Aws, function: Function, grants: Grants, machine: dict[str, Any]) -> list[Trigger[base.Settings]]:
    arn, name = machine["stateMachineArn"], machine["name"]
    look = partial(_invoked, aws, function, grants, arn, name)
    return list(looked(f"state machine {name}", look, source=arn, identity=arn))


def _invoked(aws: Aws, function: Function, grants: Grants, arn: str, name: str) -> Iterator[Trigger[base.Settings]]:
    """Yield what a state machine invokes of the function, as it stands and in its published versions.

    An execution runs the definition of the version that was started ("State machine versions", developer guide).
    """
    about = aws.call("stepfunctions", "describe_state_machine", stateMachineArn=arn)
    if not grants.may(about.get("roleArn") or ""):
        return
    listed = aws.pages("stepfunctions", "list_state_machine_versions", "stateMachineVersions", stateMachineArn=arn)
    versions = [str(each["stateMachineVersionArn"]) for each in listed]
    published = concurrently.ask(
        aws, lambda version: aws.call("stepfunctions", "describe_state_machine", stateMachineArn=version), versions
    )
    tasks: dict[str, list[str]] = {}
    for definition in dict.fromkeys(str(each["definition"]) for each in (about, *published)):
        for qualifier, state in _tasks(function, definition):
            tasks.setdefault(qualifier, []).append(state)
    for qualifier, states in sorted(tasks.items()):
        if qualifier == _OPEN:
            why = f"{_states(states)} takes the name of a function from its input, and its role may invoke this one"
            yield unlooked(f"state machine {name}", why, source=arn, identity=arn)
            continue
        settings = base.Settings(source=arn, detail=_states(states))
        yield Trigger(KIND, f"{arn}/{qualifier or '$LATEST'}", name, qualifier, settings)


def _tasks(function: Function, definition: str) -> Iterator[tuple[str, str]]:
    """Yield each qualifier that a definition invokes, with the state that does; ``_OPEN`` where only a run decides."""
    for state, called in _calls(document(definition, "states:DescribeStateMachine", "definition")):
        qualifiers = _qualifiers(function, called)
        for qualifier in (_OPEN,) if qualifiers is None else qualifiers:
            yield qualifier, state


def _calls(node: Any, state: str = "") -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield what each task of a definition invokes: its state, and function and qualifier as they stand there."""
    if isinstance(node, list):
        for each in node:
            yield from _calls(each, state)
    if not isinstance(node, dict):
        return
    called = _called(node)
    if called is not None:
        yield state, called
    for key, each in node.items():
        inner = each.items() if key == "States" and isinstance(each, dict) else ((state, each),)
        for name, below in inner if key not in _GIVEN else ():
            yield from _calls(below, name)


def _called(node: dict[str, Any]) -> tuple[str, str] | None:
    """Return function and qualifier that a task calls, an expression as it stands there; None where it calls others."""
    resource = node.get("Resource")
    if node.get("Type") != "Task" or not isinstance(resource, str):
        return None
    _, service, call = resource.partition(":states:::")
    if not service:
        return resource, ""
    if not call.startswith(_INVOKING):
        return None
    given: Any = next((node[name] for name in _GIVEN if name in node), {})
    if not isinstance(given, dict):
        return str(given), ""
    name = given.get("FunctionName", given.get("FunctionName.$", ""))
    return str(name), str(given.get("Qualifier", given.get("Qualifier.$", "")))


def _qualifiers(function: Function, called: tuple[str, str]) -> tuple[str, ...] | None:
    """Return which qualifiers of the function a task invokes; None where only a run decides what it invokes."""
    name, apart = called
    qualifier = named.qualifier(function, name, apart)
    if qualifier is not None:
        return (qualifier,)
    expression = name.startswith(("$", "States.", "{%"))
    mentioned = named.mentions(function, name) if expression else ()
    quoted = expression and any(f"{quote}{function.name}{quote}" in name for quote in "'\"")
    if mentioned or quoted:
        return mentioned or ("",)
    return None if expression else ()


def _states(names: list[str]) -> str:
    each = tuple(dict.fromkeys(names))
    return f"{'state' if len(each) == 1 else 'states'} {', '.join(each)}"
