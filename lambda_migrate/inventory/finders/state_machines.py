"""State machines of Step Functions, which invoke by their role; their definitions name the function."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.json_text import escaped
from lambda_migrate.aws.answers import document
from lambda_migrate.errors import AwsError, NotAllowed
from lambda_migrate.inventory import concurrently
from lambda_migrate.inventory.finders import named
from lambda_migrate.inventory.finders.one_by_one import Named, look_at_each
from lambda_migrate.inventory.finders.unlooked import looked, unlooked
from lambda_migrate.triggers.base import Trigger
from lambda_migrate.triggers.step_functions import KIND, PRINCIPALS, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function
    from lambda_migrate.inventory.grants import Grants
    from lambda_migrate.triggers import base

__all__ = ["PRINCIPALS", "find_by_role"]

LISTING = "Step Functions"
CALLS = (
    "stepfunctions:ListStateMachines",
    "stepfunctions:ListStateMachineVersions",
    "stepfunctions:DescribeStateMachine",
    "stepfunctions:ListExecutions",
)
"""What it calls, from which the policies of IAM are made."""

_INVOKING = ("lambda:invoke", "aws-sdk:lambda:invoke")
"""How the resource of a task goes on that invokes a function, after ``arn:aws:states:::``
("Invoke an AWS Lambda function with Step Functions", developer guide)."""

_OPEN = "?"
_EXPRESS = "EXPRESS"
"""The type of state machines whose executions last five minutes at most, and are not listed."""

NAMED = 5
"""Executions that are named at most."""

_GIVEN = ("Parameters", "Arguments")
"""Where a task says what it calls with: in JSONPath and in JSONata."""


def find_by_role(aws: Aws, function: Function, grants: Grants) -> Iterator[Trigger[base.Settings]]:
    """Yield the state machines that invoke the function; none is read where no role of theirs may."""
    yield from looked(LISTING, partial(_find, aws, function, grants))


def _find(aws: Aws, function: Function, grants: Grants) -> Iterator[Trigger[base.Settings]]:
    if not any(grants.through(principal) for principal in PRINCIPALS):
        return
    yield from look_at_each(
        aws,
        "state machines",
        aws.pages("stepfunctions", "list_state_machines", "stateMachines"),
        partial(_invoked, aws, function, grants),
        lambda machine: Named(f"state machine {machine['name']}", machine["stateMachineArn"]),
    )


def _invoked(aws: Aws, function: Function, grants: Grants, machine: dict[str, Any]) -> Iterator[Trigger[base.Settings]]:
    """Yield what a state machine invokes of the function, as it stands and in its published versions.

    An execution runs the definition of the version that was started ("State machine versions", developer guide).
    """
    arn, name = machine["stateMachineArn"], machine["name"]
    about = aws.call("stepfunctions", "describe_state_machine", stateMachineArn=arn)
    role = about.get("roleArn") or ""
    if not grants.may(role):
        return
    tasks: dict[str, list[Task]] = {}
    for where, definition in _definitions(aws, arn, about).items():
        for qualifier, task in _tasks(function, definition, where):
            tasks.setdefault(qualifier, []).append(task)
    for qualifier, each in sorted(tasks.items()):
        states = _states([task.state for task in each])
        if qualifier == _OPEN:
            why = f"{states} takes the name of a function from its input, and its role may invoke this one"
            yield unlooked(f"state machine {name}", why, source=arn, identity=arn)
            continue
        settings = Settings(
            source=arn,
            detail=states,
            role=role,
            texts={task.pointer: task.text for task in each if not task.fixed},
            fixed=tuple(dict.fromkeys(task.fixed for task in each if task.fixed)),
            passing=_running(aws, arn) if about.get("type") != _EXPRESS else (),
        )
        yield Trigger(KIND, f"{arn}/{qualifier or '$LATEST'}", name, qualifier, settings)


def _definitions(aws: Aws, arn: str, about: dict[str, Any]) -> dict[str, str]:
    """Return the definition as it stands, under "", and those of published versions that are others, by their ARNs."""
    listed = aws.pages("stepfunctions", "list_state_machine_versions", "stateMachineVersions", stateMachineArn=arn)
    versions = [str(each["stateMachineVersionArn"]) for each in listed]
    published = concurrently.ask(
        aws, lambda version: aws.call("stepfunctions", "describe_state_machine", stateMachineArn=version), versions
    )
    return {
        "": str(about["definition"]),
        **{version: str(each["definition"]) for version, each in zip(versions, published, strict=True)},
    }


def _running(aws: Aws, arn: str) -> tuple[str, ...]:
    """Return the names of executions that run, a few of them; that they cannot be read stands in no one's way."""
    try:
        executions = aws.pages(
            "stepfunctions", "list_executions", "executions", stateMachineArn=arn, statusFilter="RUNNING"
        )
        names = [str(each["name"]) for each in islice(executions, NAMED + 1)]
    except (AwsError, NotAllowed):
        return ("which ones could not be listed",)
    return (*names[:NAMED], "…") if len(names) > NAMED else tuple(names)


def _tasks(function: Function, definition: str, version: str) -> Iterator[tuple[str, Task]]:
    """Yield each task that invokes the function with its qualifier; ``_OPEN`` where only a run decides.

    Args:
        function: The function.
        definition: The definition.
        version: ARN of the version that it is of, "" where it is the one that can be changed.
    """
    for task in _calls(document(definition, "states:DescribeStateMachine", "definition")):
        qualifiers = _qualifiers(function, (task.name, task.apart))
        exact = named.qualifier(function, task.name, task.apart) is not None
        fixed = f"version {version.rpartition(':')[2]} was published with it" if version else ""
        if not fixed and not exact:
            fixed = f"state {task.state} names it in an expression"
        for qualifier in (_OPEN,) if qualifiers is None else qualifiers:
            yield qualifier, replace(task, fixed=fixed)


@dataclass(frozen=True)
class Task:
    """A task of a definition that invokes a function.

    Attributes:
        state: Its state.
        name: How it names the function.
        apart: The qualifier that it gives beside that, "" for none.
        pointer: Where the text stands that says which qualifier, as a JSON pointer.
        fixed: Why that text cannot be replaced, a clause; "" where it can.
    """

    state: str
    name: str
    apart: str
    pointer: str
    fixed: str = ""

    @property
    def text(self) -> str:
        """The text at the pointer."""
        return self.apart or self.name


def _calls(node: Any, state: str = "", pointer: str = "") -> Iterator[Task]:
    """Yield the tasks of a definition that invoke a function, each by the names that stand there."""
    if isinstance(node, list):
        for place, each in enumerate(node):
            yield from _calls(each, state, f"{pointer}/{place}")
    if not isinstance(node, dict):
        return
    called = _called(node, state, pointer)
    if called is not None:
        yield called
    for key, each in node.items():
        below = f"{pointer}/{escaped(key)}"
        if key == "States" and isinstance(each, dict):
            for name, inner in each.items():
                yield from _calls(inner, name, f"{below}/{escaped(name)}")
        elif key not in _GIVEN:
            yield from _calls(each, state, below)


def _called(node: dict[str, Any], state: str, pointer: str) -> Task | None:
    """Return what a task calls, an expression as it stands there; None where it calls others."""
    resource = node.get("Resource")
    if node.get("Type") != "Task" or not isinstance(resource, str):
        return None
    _, service, call = resource.partition(":states:::")
    if not service:
        return Task(state, resource, "", f"{pointer}/Resource")
    if not call.startswith(_INVOKING):
        return None
    where = next((name for name in _GIVEN if name in node), "")
    given: Any = node.get(where, {})
    if not isinstance(given, dict):
        return Task(state, str(given), "", f"{pointer}/{where}")
    name = str(given.get("FunctionName", given.get("FunctionName.$", "")))
    apart = str(given.get("Qualifier", given.get("Qualifier.$", "")))
    return Task(state, name, apart, f"{pointer}/{where}/{'Qualifier' if apart else 'FunctionName'}")


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
