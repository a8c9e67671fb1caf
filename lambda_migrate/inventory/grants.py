"""Which roles of the account may invoke the function, by their own policies: IAM's index of the callers by role.

What invokes by role leaves no statement in the function's policy. A service that can assume no role which may invoke
the function cannot invoke it either, so nothing of that service has to be looked through.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.answers import unreadable
from lambda_migrate.errors import AwsError, NotAllowed
from lambda_migrate.triggers import policy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function

CALL = "iam:GetAccountAuthorizationDetails"
INVOKING = ("lambda:invokefunction", "lambda:invokeasync")
_VARIABLE = re.compile(r"\$\{[^}]*\}")


@dataclass(frozen=True)
class Role:
    """A role that may invoke the function.

    Attributes:
        services: Which services may assume it, ``states.amazonaws.com``.
        names: The patterns of its policies that name the function; none where only a wildcard for all allows it.
    """

    services: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grants:
    """The roles that may invoke the function.

    Attributes:
        roles: By ARN.
        unread: Why IAM could not be read; "" where it could. Any role may invoke then, for all we know.
        everybody: Whether the function's policy lets everybody of the account invoke.
    """

    roles: dict[str, Role] = field(default_factory=dict)
    unread: str = ""
    everybody: bool = False

    @property
    def open(self) -> bool:
        """Whether any role may invoke, or may for all we know."""
        return bool(self.unread) or self.everybody

    def may(self, role: str) -> bool:
        """Return whether a role may invoke the function, by its ARN."""
        return self.open or role in self.roles

    def through(self, service: str) -> bool:
        """Return whether a service can assume a role that may invoke the function."""
        return self.open or any(service in role.services for role in self.roles.values())


def read(aws: Aws, function: Function) -> Grants:
    """Read which roles may invoke a function: two listings, however many roles there are.

    Conditions, denials and boundaries are left out: they can only forbid what is taken for allowed here.
    """
    principals = {
        source.principal
        for qualified in function.qualified.values()
        for source in map(policy.source, filter(policy.allows, qualified.policy))
        if not source.url
    }
    try:
        listed = {"Filter": ["LocalManagedPolicy", "AWSManagedPolicy"]}
        managed = {
            each["Arn"]: _default(each)
            for each in aws.pages("iam", "get_account_authorization_details", "Policies", **listed)
        }
        listed_roles = aws.pages("iam", "get_account_authorization_details", "RoleDetailList", Filter=["Role"])
        roles = {role["Arn"]: _role(function, role, managed, named=role["Arn"] in principals) for role in listed_roles}
    except (AwsError, NotAllowed) as error:
        return Grants(unread=error.message)
    return Grants({arn: role for arn, role in roles.items() if role is not None}, everybody="*" in principals)


def _default(managed: dict[str, Any]) -> Any:
    """Return the document of a managed policy that counts."""
    versions = managed.get("PolicyVersionList") or []
    return next((each.get("Document") for each in versions if each.get("IsDefaultVersion")), None)


def _role(function: Function, role: dict[str, Any], managed: dict[str, Any], *, named: bool) -> Role | None:
    """Return what a role may, None where it may not invoke. A managed policy that is not shown may allow anything."""
    attached = [each["PolicyArn"] for each in role.get("AttachedManagedPolicies") or []]
    documents = [each.get("PolicyDocument") for each in role.get("RolePolicyList") or []]
    documents += [managed.get(arn) for arn in attached]
    hidden = any(document is None for document in documents)
    patterns = [pattern for document in documents if document for pattern in _allowed(document)]
    matching = tuple(dict.fromkeys(pattern for pattern in patterns if _matches(pattern, function)))
    if not (matching or hidden or named):
        return None
    names = tuple(pattern for pattern in matching if _names_it(pattern))
    return Role(frozenset(_trusted(role.get("AssumeRolePolicyDocument") or {})), names)


def _allowed(document: dict[str, Any]) -> Iterator[str]:
    """Yield the resources that a document allows to invoke, as patterns."""
    for statement in _statements(document):
        if statement.get("Effect") != "Allow":
            continue
        actions = _texts(statement.get("Action"))
        excepted = _texts(statement.get("NotAction"))
        invokes = any(_covers(pattern.lower(), action) for pattern in actions for action in INVOKING)
        if excepted:
            invokes = not any(_covers(pattern.lower(), INVOKING[0]) for pattern in excepted)
        if invokes:
            yield from _texts(statement.get("Resource")) or ["*"]


def _matches(pattern: str, function: Function) -> bool:
    """Return whether a resource pattern covers the function or one of its qualifiers, be it one that is to come."""
    if pattern.startswith(f"{function.arn}:"):
        return True
    qualifiers = (*function.qualifiers, "$LATEST", *(version.number for version in function.versions))
    return any(_covers(pattern, function.qualified_arn(qualifier)) for qualifier in qualifiers)


def _names_it(pattern: str) -> bool:
    """Return whether a pattern names functions at all, not only all of them: ``...:function:orders*``."""
    named = _VARIABLE.sub("*", pattern).partition(":function:")[2].partition(":")[0]
    return bool(named.strip("*?"))


def _covers(pattern: str, text: str) -> bool:
    """Return whether a pattern of IAM covers a text; ``*`` and ``?`` are all that it knows, variables stand for any."""
    expression = re.escape(_VARIABLE.sub("*", pattern)).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, text, re.DOTALL) is not None


def _trusted(document: dict[str, Any]) -> Iterator[str]:
    for statement in _statements(document):
        principal = statement.get("Principal")
        if statement.get("Effect") == "Allow" and isinstance(principal, dict):
            yield from _texts(principal.get("Service"))


def _statements(document: Any) -> list[dict[str, Any]]:
    """Return the statements of a document.

    Raises:
        NoAnswer: It is not a policy.
    """
    entries = _listed(document.get("Statement")) if isinstance(document, dict) else [document]
    if not all(isinstance(each, dict) for each in entries):
        raise unreadable(CALL, "a policy in it is not a structure of statements")
    return entries


def _texts(value: Any) -> list[str]:
    """Return one text or a list of them as a list.

    Raises:
        NoAnswer: It is something else.
    """
    entries = _listed(value)
    if not all(isinstance(each, str) for each in entries):
        raise unreadable(CALL, "a statement of a policy in it holds something else than text")
    return entries


def _listed(value: Any) -> list[Any]:
    """Return what IAM writes as one thing or as a list of them."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
