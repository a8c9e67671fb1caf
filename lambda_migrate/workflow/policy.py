"""The least policy of IAM for a phase and its way back, and whether whoever calls has it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.arn import Arn
from lambda_migrate.aws.policy_document import documents, size, statements
from lambda_migrate.errors import MigrateError, NoCredentials, NotAllowed
from lambda_migrate.inventory import concurrently
from lambda_migrate.render import policy as rendered
from lambda_migrate.render.result import Result
from lambda_migrate.verify.check import Check
from lambda_migrate.workflow.permissions import NONE, needed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lambda_migrate.aws.permissions import Permission
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.overrides import Overrides

CHECK = "permissions"
FOLLOWING = {"proxy": "cutover", "cutover": "direct", "direct": "retire"}
"""Phases that are looked at besides, by the one that comes next."""

_ALLOWED = "allowed"
_TYPES = {"Bool": "boolean"}


def policy(context: Context, phase: str | None, overrides: Overrides = NONE) -> Result:
    """Return the least policy for a phase and its way back; changes nothing.

    Args:
        context: Of the command.
        phase: Its name; None takes what comes next.
        overrides: What the command line says besides.
    """
    context.progress.begin("reading what the phase would change")
    permissions = needed(context, phase or context.status().phase, overrides)
    context.progress.end()
    made = documents(permissions.permissions)
    context.terminal.say(rendered.beside(permissions.phase, made, permissions.notes))
    policies = [{"document": each, "characters": size(each)} for each in made]
    return Result(
        {"phase": permissions.phase, "policies": policies, "notes": list(permissions.notes)}, rendered.policies(made)
    )


def checks(context: Context) -> Iterator[Check]:
    """Yield whether IAM lets the caller do what the next phases do, by its own simulation."""
    try:
        coming, asked = context.status().phase, context.aws_read_only
    except MigrateError:
        return  # the check of the ledger has told it
    for phase in filter(None, (coming, FOLLOWING.get(coming, ""))):
        name = f"{CHECK}: {phase}"
        try:
            principal = principal_of(asked)
            if not principal:
                yield Check(name, "pass", "you are the account's root, who may do everything")
                continue
            wanted = needed(context, phase).permissions
            denied = list(_denied(asked, principal, wanted))
        except NoCredentials:
            raise
        except MigrateError as error:
            text = f"unknown: whether you may do what `{phase}` does could not be looked at: {error.message}"
            yield Check(name, "warn", text, _unknown(phase))
            continue
        yield _check(name, phase, len(wanted), denied)


def _unknown(phase: str) -> str:
    allow = "allow iam:SimulatePrincipalPolicy and iam:GetRole on yourself"
    return f"{allow}, or compare with `lambda-migrate policy --phase {phase}`"


def _check(name: str, phase: str, asked: int, denied: list[Permission]) -> Check:
    if not denied:
        return Check(name, "pass", f"IAM allows all {asked} that `{phase}` and its way back need")
    first = f"{denied[0].action} on {denied[0].resource}"
    more = f" and {len(denied) - 1} more" if len(denied) > 1 else ""
    added = " ".join(json.dumps(each) for each in statements(denied))
    return Check(name, "fail", f"IAM denies {first}{more}, which `{phase}` or its way back needs", f"add {added}")


def principal_of(aws: Aws) -> str:
    """Return the ARN whose policies decide what the caller may do; "" for the account's root, who may do everything.

    Raises:
        NotAllowed: The caller is nobody whose policies IAM can simulate, or the role may not be read.
    """
    caller = Arn.parse(aws.identity["Arn"])
    kind, _, name = caller.resource.partition("/")
    if caller.resource == "root":
        return ""
    if kind == "user":
        return str(caller)
    if kind == "assumed-role":  # whose ARN lacks the path that the role may have
        return str(aws.call("iam", "get_role", RoleName=name.partition("/")[0])["Role"]["Arn"])
    raise NotAllowed(f"IAM cannot simulate what `{caller}` may do", hint="take a user or a role")


def _denied(aws: Aws, principal: str, wanted: Iterable[Permission]) -> Iterator[Permission]:
    """Yield what the simulation does not allow."""
    asked: dict[tuple[str, tuple[str, ...]], list[Permission]] = {}
    for each in wanted:
        asked.setdefault((each.resource, each.condition), []).append(each)

    def simulate(question: tuple[str, tuple[str, ...]]) -> set[str]:
        resource, condition = question
        entries = [
            {"ContextKeyName": key, "ContextKeyType": _TYPES.get(operator, "string"), "ContextKeyValues": [value]}
            for operator, key, value in ([condition] if condition else [])
        ]
        results = aws.pages(
            "iam",
            "simulate_principal_policy",
            "EvaluationResults",
            PolicySourceArn=principal,
            ActionNames=[each.action for each in asked[question]],
            ResourceArns=[resource],
            ContextEntries=entries or None,
        )
        return {str(each["EvalActionName"]) for each in results if _decision(each) != _ALLOWED}

    answers = concurrently.ask(aws, simulate, asked, "permissions")
    for question, refused in zip(asked, answers, strict=True):
        yield from (each for each in asked[question] if each.action in refused)


def _decision(result: dict[str, Any]) -> str:
    return str(result["EvalDecision"])
