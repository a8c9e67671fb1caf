"""From calls to permissions: what a policy of IAM has to allow for them.

Whoever calls AWS says so as :class:`Call`: the call and the parameters that decide its resource.
:mod:`.iam_actions` has the table of what that asks for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from lambda_migrate.aws.arn import Arn
from lambda_migrate.aws.iam_actions import ALSO, CONDITIONS, FREE, PASSED, PREFIXES, QUALIFIED, RENAMED, RESOURCES, verb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_HOLE = re.compile(r"\{(\w+)\}")
ANY = "*"
_SEVERAL = {
    "ApplicationNames": "ApplicationName",
    "EnvironmentNames": "EnvironmentName",
    "VersionLabels": "VersionLabel",
}
"""Parameters of Elastic Beanstalk that list what others name."""
VERSIONS = "?*"
"""Every version and alias of a function, and not the function itself: who deletes versions may not delete that."""


class Place(NamedTuple):
    """Where the calls go, which ARNs name.

    Attributes:
        partition: ``aws``.
        region: ``eu-west-1``.
        account: 12 digits.
    """

    partition: str = ANY
    region: str = ANY
    account: str = ANY


@dataclass(frozen=True)
class Call:
    """A call that is made, or may be.

    Attributes:
        name: ``lambda:GetAlias``, as botocore names service and operation.
        parameters: Those that decide the resource, ``(("FunctionName", "orders"),)``; one left out may be anything.
    """

    name: str
    parameters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, order=True)
class Permission:
    """What a policy allows for a call.

    Attributes:
        action: ``lambda:UpdateAlias``.
        resource: An ARN, which may hold ``*`` and ``?``; ``*`` for an action that has no resource.
        condition: Operator, key and value; empty for none.
    """

    action: str
    resource: str
    condition: tuple[str, ...] = ()


def calls(service: str, operations: str, **parameters: str) -> tuple[Call, ...]:
    """Return several calls about one thing.

    Args:
        service: As botocore names it, ``lambda``.
        operations: As AWS names them, separated by spaces: ``GetAlias UpdateAlias``.
        parameters: Those that decide the resource; an empty one may be anything.
    """
    given = tuple(sorted((name, value) for name, value in parameters.items() if value))
    return tuple(Call(f"{service}:{operation}", given) for operation in operations.split())


def passed(role: str, service: str) -> Call:
    """Return that a role is handed to a service, which is a permission without a call of its own."""
    return Call("iam:PassRole", (("RoleName", role), ("Service", service)))


def permissions(call: Call, place: Place) -> Iterator[Permission]:
    """Yield what a call asks for in a place."""
    if call.name in FREE:
        return
    given = {**place._asdict(), **_spoken(call)}
    condition = _condition(call, given)
    action = _action(call.name)
    for template in _resources(call.name):
        resource = _filled(template, given)
        if call.name in QUALIFIED:
            yield from (Permission(action, each, condition) for each in _qualified(resource, given.get("Qualifier")))
        else:
            yield Permission(action, resource, condition)
    for other, template in ALSO.get(call.name, ()):
        yield Permission(other, _filled(template, given))


def made(service: str, operation: str, parameters: Mapping[str, Any]) -> Iterator[Call]:
    """Yield what a call that was made amounts to: itself, with its parameters, and every role that it hands over.

    Args:
        service: As botocore names it.
        operation: As AWS names it, ``GetAlias``.
        parameters: Of the call.
    """
    name = f"{service}:{operation}"
    known = {key: _one(value) for key, value in parameters.items()}
    yield Call(name, tuple(sorted((key, value) for key, value in known.items() if value)))
    for path, receiver in PASSED.get(name, ()):
        for role in _found(parameters, path.split(".")):
            yield passed(role, receiver)


def _one(value: Any) -> str:
    """Return a parameter that is one text, or a list of one; "" for all others."""
    alone = value[0] if isinstance(value, (list, tuple)) and len(value) == 1 else value
    return alone if isinstance(alone, str) else ""


def _found(value: Any, path: list[str]) -> Iterator[str]:
    if isinstance(value, (list, tuple)):
        for each in value:
            yield from _found(each, path)
    elif not path:
        yield str(value)
    elif isinstance(value, dict) and path[0] in value:
        yield from _found(value[path[0]], path[1:])


def _action(name: str) -> str:
    service, _, operation = name.partition(":")
    if service in ("apigateway", "apigatewayv2"):
        return verb(name)
    return RENAMED.get(name, f"{PREFIXES.get(service, service)}:{operation}")


@cache
def _resources(name: str) -> tuple[str, ...]:
    return next((known for pattern, known in RESOURCES.items() if fnmatchcase(name, pattern)), (ANY,))


def _filled(template: str, given: Mapping[str, str]) -> str:
    """Fill the holes of an ARN; an ARN in a hole stands for the whole, for instance of a role with a path."""
    for hole in _HOLE.findall(template):
        value = given.get(hole, "")
        if value.startswith("arn:") and hole != "Connection":
            return value
    return _HOLE.sub(lambda hole: given.get(hole[1]) or ANY, template)


def _qualified(resource: str, qualifier: str | None) -> tuple[str, ...]:
    """Return the ARNs of a function that a call names: where any qualifier may be meant, all, and the function."""
    if qualifier is None:
        return (resource,)
    return (resource, f"{resource}:*") if qualifier == ANY else (f"{resource}:{qualifier}",)


def _condition(call: Call, given: Mapping[str, str]) -> tuple[str, ...]:
    operator, key, template = CONDITIONS.get(call.name, ("", "", ""))
    holes = _HOLE.findall(template)
    return (operator, key, _filled(template, given)) if operator and all(given.get(hole) for hole in holes) else ()


def _spoken(call: Call) -> dict[str, str]:
    """Return the parameters of a call as ARNs have them."""
    given = dict(call.parameters)
    for several, one in _SEVERAL.items():
        if several in given:
            given.setdefault(one, given[several])
    speak = _SPOKEN.get(call.name.partition(":")[0])
    return given | speak(given) if speak else given


def _of_lambda(given: Mapping[str, str]) -> dict[str, str]:
    """Take a function's ARN apart, which may have a qualifier."""
    name, _, qualifier = given.get("FunctionName", "").partition(":function:")[2].partition(":")
    return {key: value for key, value in {"FunctionName": name, "Qualifier": qualifier}.items() if value}


def _of_events(given: Mapping[str, str]) -> dict[str, str]:
    rule, bus = given.get("Rule") or given.get("Name") or ANY, given.get("EventBusName") or "default"
    connection = Arn.parse(given.get("ConnectionArn", "")).below("connection").partition("/")[0]
    return {
        "Rule": rule if bus == "default" else f"{bus}/{rule}",
        **({"Connection": connection} if connection else {}),
    }


_SPOKEN: dict[str, Callable[[Mapping[str, str]], dict[str, str]]] = {
    "ecr": lambda given: {"account": given["registryId"]} if "registryId" in given else {},
    "lambda": _of_lambda,
    "events": _of_events,
    "elbv2": lambda given: {
        "Name": given.get("Name") or Arn.parse(given.get("TargetGroupArn", "")).below("targetgroup").partition("/")[0]
    },
    "scheduler": lambda given: {"GroupName": given.get("GroupName", "default")},
    "codebuild": lambda given: {"projectName": given.get("projectName") or given.get("ids", "").partition(":")[0]},
    "sqs": lambda given: {"QueueName": given.get("QueueName") or given.get("QueueUrl", "").rpartition("/")[2]},
    "secretsmanager": lambda given: {"SecretId": given.get("SecretId") or given.get("Name", "")},
    "ssm": lambda given: {"Name": given.get("Name", "").lstrip("/")},
}
"""What becomes of the parameters of a service's calls; their ARNs say things otherwise."""
