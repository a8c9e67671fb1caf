"""Callers that invoke with a role of their own: whether the role may invoke the alias, asked before they are moved.

A policy on `orders` does not cover `orders:live`. Nothing fails when such a caller is pointed at the alias: it is only
at its next event that IAM refuses, and nobody is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambda_migrate.errors import AwsError, NotAllowed
from lambda_migrate.gates import caller_not_permitted
from lambda_migrate.gates.gate import closed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.blocker import Blocker

INVOKE = "lambda:InvokeFunction"
_ALLOWED = "allowed"


def not_permitted(aws: Aws, role: str, invoked: str, caller: str, subject: str) -> Iterator[Blocker]:
    """Yield that a role may not invoke a function, or that nobody can tell.

    Args:
        aws: Where to ask; reads only.
        role: ARN of the role; "" where it could not be read.
        invoked: ARN of the alias.
        caller: What invokes, for a person: ``schedule `nightly```.
        subject: By what name it is accepted.
    """
    refusal = may_not(aws, role, INVOKE, invoked, "invoke the alias")
    if refusal:
        beside = "" if refusal.open else ", beside the function"
        yield closed(caller_not_permitted, f"{caller}: {refusal.text}{beside}", subject)


class Refusal(NamedTuple):
    """Why a role may not do something.

    Attributes:
        text: What is wrong and what to allow, one line.
        open: Whether that is not known, rather than certain.
    """

    text: str
    open: bool


def may_not(  # one parameter for each part of what is said
    aws: Aws, role: str, action: str, resource: str, what: str, lost: str = "its events would be lost"
) -> Refusal | None:
    """Return why a role may not do something, or that nobody can tell; None where it may.

    IAM's own simulation says so: the role's policies with its boundary and the organization's (SimulatePrincipalPolicy,
    IAM API reference).

    Args:
        aws: Where to ask; reads only.
        role: ARN of the role; "" where it could not be read.
        action: ``lambda:InvokeFunction``.
        resource: ARN of what it is done to.
        what: That, for a person: ``invoke the alias``.
        lost: What would come of it.
    """
    name = role.rpartition("/")[2]
    allow = f"allow it {action} on {resource}"
    if not role:
        return Refusal(f"the role that it invokes with is not known; {allow}, then accept this", open=True)
    asked = {"PolicySourceArn": role, "ActionNames": [action], "ResourceArns": [resource]}
    try:
        results = list(aws.pages("iam", "simulate_principal_policy", "EvaluationResults", **asked))
    except (AwsError, NotAllowed) as error:
        text = f"could not check whether its role `{name}` may {what}: {error.message}"
        return Refusal(f"{text}; {allow}, then accept this", open=True)
    if not results or any(each["EvalDecision"] != _ALLOWED for each in results):
        return Refusal(f"its role `{name}` may not {what}, so {lost}; {allow}", open=False)
    return None
