"""The resource policy: who may invoke the function, what each statement is for, and its clone for an alias.

Statements are kept as AWS returns them. Two statements of different qualifiers mean the same when they differ in Sid
and Resource only.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.arn import Arn
from lambda_migrate.hashing import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.function.model import Function


@dataclass(frozen=True)
class PermittedInvoker:
    """Whom a statement allows to invoke.

    Attributes:
        principal: ``sns.amazonaws.com``, an account or ARN, or ``*``.
        arn: The source ARN it is limited to (may hold wildcards), or "".
        url: True where it is about the function URL.
    """

    principal: str
    arn: str = ""
    url: bool = False

    @property
    def caller(self) -> str:
        """Who invokes, as the kinds of trigger know it: the principal, or ``function-url`` for whoever has the URL."""
        return "function-url" if self.url else self.principal

    def elsewhere(self, function: Function) -> bool:
        """Return whether the source is in another account or region than the function."""
        here, there = Arn.parse(function.arn)[2:4], Arn.parse(self.arn)[2:4]
        return any(name not in ("", "*", own) for name, own in zip(there, here, strict=False))

    def explained_by(self, arn: str) -> bool:
        """Return whether the thing of that ARN invokes by this permission."""
        return not self.arn or fnmatchcase(arn, self.arn) or self.arn.startswith(f"{arn}/")


def source(statement: dict[str, Any]) -> PermittedInvoker:
    """Return whom a statement allows to invoke."""
    principal = statement.get("Principal", "")
    if isinstance(principal, dict):
        principal = principal.get("Service") or principal.get("AWS") or principal.get("Federated") or ""
    if isinstance(principal, list):
        principal = principal[0] if len(principal) == 1 else ",".join(sorted(principal))
    about_url = statement.get("Action") == "lambda:InvokeFunctionUrl" or any(
        key.lower() in ("lambda:functionurlauthtype", "lambda:invokedviafunctionurl")
        for key, _ in conditions(statement)
    )
    arn = next((value for key, value in conditions(statement) if key.lower() == "aws:sourcearn"), "")
    return PermittedInvoker(str(principal), arn, about_url)


def allows(statement: dict[str, Any]) -> bool:
    """Return whether a statement allows something; one that denies is nobody's permission.

    PutResourcePolicy writes statements that AddPermission does not: with Deny, without a Sid.
    """
    return bool(statement.get("Effect", "Allow") == "Allow")


def conditions(statement: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the conditions of a statement as (key, value); a list of values counts as several conditions."""
    for operands in (statement.get("Condition") or {}).values():
        for key, values in operands.items():
            for value in values if isinstance(values, list) else [values]:
                yield key, str(value)


def meaning(statement: dict[str, Any]) -> dict[str, Any]:
    """Return a statement without its Sid and Resource: what it allows, for whichever qualifier."""
    return {key: value for key, value in statement.items() if key not in ("Sid", "Resource")}


def clone(statement: dict[str, Any], resource: str) -> dict[str, Any]:
    """Return the same permission for another qualifier, with a Sid that is the same at every run.

    Args:
        statement: A statement of the unqualified function's policy.
        resource: The qualified ARN.
    """
    digest = hashlib.sha256(canonical(meaning(statement)).encode()).hexdigest()
    return {"Sid": f"lm-{digest[:8]}", **meaning(statement), "Resource": resource}


def sources(function: Function, principals: tuple[str, ...]) -> set[str]:
    """Return the source ARNs (``""`` for any) that statements of any qualifier name for these principals."""
    statements = (statement for qualified in function.qualified.values() for statement in qualified.policy)
    allowed = (source(statement) for statement in statements if allows(statement))
    return {entry.arn for entry in allowed if entry.principal in principals and not entry.url}


def sources_here(function: Function, principals: tuple[str, ...]) -> set[str]:
    """Return the source ARNs of :func:`sources` that may be of the function's account and region.

    What is elsewhere cannot be read from here; what has its name here is another thing.
    """
    return {arn for arn in sources(function, principals) if not PermittedInvoker("", arn).elsewhere(function)}


def is_pattern(arn: str) -> bool:
    """Return whether an ARN stands for many: it is empty or holds wildcards."""
    return not arn or "*" in arn or "?" in arn
