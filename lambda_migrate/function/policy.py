"""A function's resource policy, which belongs to one qualifier, as statements."""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.answers import statements
from lambda_migrate.aws.arn import Arn
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.errors import ConfigError, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.session import Aws

_CONDITIONS = {
    ("ArnLike", "aws:sourcearn"): "SourceArn",
    ("StringEquals", "aws:sourceaccount"): "SourceAccount",
    ("StringEquals", "aws:principalorgid"): "PrincipalOrgID",
    ("StringEquals", "lambda:functionurlauthtype"): "FunctionUrlAuthType",
    ("StringEquals", "lambda:eventsourcetoken"): "EventSourceToken",
    ("Bool", "lambda:invokedviafunctionurl"): "InvokedViaFunctionUrl",
}
"""What AddPermission takes for each condition, by the operator that it writes; it writes no other."""

_INVOKING = ("lambda:InvokeFunction", "lambda:*", "*")
_DELETED = re.compile(r"A(?:ROA|IDA|GPA)[A-Z0-9]{12,}")
"""The unique id that stands in a policy for a role, user or group that is gone; AddPermission refuses it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
"""


def read(aws: Aws, function: str, qualifier: str) -> tuple[dict[str, Document], str | None]:
    """Return the statements of a qualifier's policy by Sid, and the policy's revision (None if there is no policy).

    Args:
        aws: AWS.
        function: Name of the function.
        qualifier: Alias or version; "" for the unqualified function.
    """
    answer = read_or_none(aws, "lambda", "get_policy", FunctionName=function, Qualifier=qualifier or None)
    if answer is None:
        return {}, None
    listed = statements(answer)
    return {each.get("Sid", ""): each for each in listed if _belongs(each, qualifier)}, answer.get("RevisionId")


def holds(aws: Aws, function: str, qualifier: str, statement: Document) -> bool | None:
    """Return whether the statement is in the policy; None where its Sid says something else there."""
    current = read(aws, function, qualifier)[0].get(statement["Sid"])
    if current is None:
        return False
    return True if _meaning(current) == _meaning(statement) else None


def add(aws: Aws, function: str, qualifier: str, statement: Document) -> None:
    """Add the statement, on condition that the policy is the one that was just read."""
    aws.call(
        "lambda",
        "add_permission",
        FunctionName=function,
        Qualifier=qualifier or None,
        RevisionId=read(aws, function, qualifier)[1],
        **arguments(statement),
    )


def remove(aws: Aws, function: str, qualifier: str, statement: Document) -> None:
    """Remove the statement, on condition that the policy is the one that was just read."""
    try:
        aws.call(
            "lambda",
            "remove_permission",
            FunctionName=function,
            Qualifier=qualifier or None,
            StatementId=statement["Sid"],
            RevisionId=read(aws, function, qualifier)[1],
        )
    except NotFound:
        return  # removed in the meantime, which is what was wanted


def permits(listed: Iterable[Document], service: str, source: str, account: str) -> bool:
    """Return whether statements let a service invoke for a source; a condition that is not known here is not met.

    Args:
        listed: Statements of one qualifier's policy.
        service: ``s3.amazonaws.com``.
        source: ARN of the source.
        account: The account that owns it.
    """
    concerned = [each for each in listed if _is_about(each, service, source, account)]
    return bool(concerned) and all(each.get("Effect", "Allow") == "Allow" for each in concerned)


def _is_about(statement: Document, service: str, source: str, account: str) -> bool:
    principal = statement["Principal"]
    named = principal.get("Service", principal.get("AWS")) if isinstance(principal, dict) else principal
    actions, services = (each if isinstance(each, list) else [each] for each in (statement.get("Action"), named))
    known = {"aws:sourcearn": source, "aws:sourceaccount": account}
    met = (
        _is_met(operator, known.get(key.lower()), wanted if isinstance(wanted, list) else [wanted])
        for operator, keys in (statement.get("Condition") or {}).items()
        for key, wanted in keys.items()
    )
    return any(each in _INVOKING for each in actions) and any(each in (service, "*") for each in services) and all(met)


def _is_met(operator: str, value: str | None, wanted: list[Any]) -> bool:
    if value is None or operator not in ("ArnLike", "ArnEquals", "StringLike", "StringEquals"):
        return False
    if operator == "StringEquals":
        return value in wanted
    return any(fnmatchcase(value, str(each).replace("[", "[[]")) for each in wanted)


def arguments(statement: Document) -> dict[str, Any]:
    """Return what AddPermission takes to write a statement.

    Args:
        statement: As GetPolicy returns it: ``{"Sid", "Effect", "Principal", "Action", "Resource", "Condition"}``.

    Raises:
        ConfigError: AddPermission cannot express it.
    """
    if _DELETED.fullmatch(_principal(statement)):
        raise ConfigError(
            f"statement `{statement['Sid']}` names a role or user that was deleted ({_principal(statement)}): nobody"
            " can use it, remove it",
            hint="`aws lambda remove-permission --statement-id` and its Sid does it",
        )
    given: dict[str, Any] = {
        "StatementId": statement["Sid"],
        "Action": statement.get("Action", "lambda:InvokeFunction"),
        "Principal": _principal(statement),
    }
    for operator, keys in (statement.get("Condition") or {}).items():
        for key, value in keys.items():
            name = _CONDITIONS.get((operator, key.lower()))
            if name is None or not isinstance(value, (str, bool)):
                raise _inexpressible(statement, f"the condition {operator} {key}")
            given[name] = str(value).lower() == "true" if name == "InvokedViaFunctionUrl" else str(value)
    if statement.get("Effect", "Allow") != "Allow" or not isinstance(given["Action"], str):
        raise _inexpressible(statement, "its effect or its list of actions")
    return given


def summary(aws: Aws, function: str, qualifier: str, statement: Document) -> str:
    """Return what the policy says under the statement's Sid, in one line."""
    current = read(aws, function, qualifier)[0].get(statement["Sid"])
    return json.dumps(_meaning(current), sort_keys=True) if current else f"no statement {statement['Sid']}"


def subject(function: str, qualifier: str, statement: Document) -> str:
    """Return whom the statement allows what, in a few words: ``sns.amazonaws.com may invoke orders:live``."""
    target = f"{function}:{qualifier}" if qualifier else function
    return f"{_principal(statement)} may invoke {target}"


def _belongs(statement: Document, qualifier: str) -> bool:
    """Return whether a statement is about this qualifier: its resource ends in it."""
    return Arn.parse(str(statement.get("Resource", ""))).name.partition(":")[2] == qualifier


def _principal(statement: Document) -> str:
    principal = statement["Principal"]
    if isinstance(principal, str):
        return principal
    values = list(principal.values())
    if len(values) != 1 or not isinstance(values[0], str):
        raise _inexpressible(statement, "its list of principals")
    return str(values[0])


def _meaning(statement: Document) -> Document:
    """Return what a statement says, without the resource, which differs by qualifier, and in one spelling."""
    condition = {
        operator: {key.lower(): str(value).lower() if operator == "Bool" else value for key, value in keys.items()}
        for operator, keys in (statement.get("Condition") or {}).items()
    }
    return {
        "Effect": statement.get("Effect", "Allow"),
        "Principal": "*" if statement["Principal"] == {"AWS": "*"} else statement["Principal"],
        "Action": statement.get("Action", "lambda:InvokeFunction"),
        "Condition": condition,
    }


def _inexpressible(statement: Document, what: str) -> ConfigError:
    return ConfigError(
        f"statement `{statement['Sid']}` cannot be copied to another qualifier: {what}",
        hint="write that statement by hand, or replace it by one that `aws lambda add-permission` can write",
    )
