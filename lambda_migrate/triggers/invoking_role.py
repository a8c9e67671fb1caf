"""Callers that invoke with a role of their own: whether the role may invoke the alias, asked before they are moved.

A policy on `orders` does not cover `orders:live`. Nothing fails when such a caller is pointed at the alias: it is only
at its next event that IAM refuses, and nobody is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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

    IAM's own simulation says so: the role's policies with its boundary and the organization's (SimulatePrincipalPolicy,
    IAM API reference).

    Args:
        aws: Where to ask; reads only.
        role: ARN of the role; "" where it could not be read.
        invoked: ARN of the alias.
        caller: What invokes, for a person: ``schedule `nightly```.
        subject: By what name it is accepted.
    """
    name = role.rpartition("/")[2]
    allow = f"allow it {INVOKE} on {invoked}"
    if not role:
        text = f"{caller}: the role that it invokes with is not known; {allow}, then accept this"
        yield closed(caller_not_permitted, text, subject)
        return
    asked = {"PolicySourceArn": role, "ActionNames": [INVOKE], "ResourceArns": [invoked]}
    try:
        results = list(aws.pages("iam", "simulate_principal_policy", "EvaluationResults", **asked))
    except (AwsError, NotAllowed) as error:
        text = f"{caller}: whether its role `{name}` may invoke the alias could not be asked: {error.message}"
        yield closed(caller_not_permitted, f"{text}; {allow}, then accept this", subject)
        return
    if not results or any(each["EvalDecision"] != _ALLOWED for each in results):
        text = f"{caller}: its role `{name}` may not invoke the alias, so its events would be lost"
        yield closed(caller_not_permitted, f"{text}; {allow}, beside the function", subject)
