"""`doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from lambda_migrate.cli.options import Command, application, context_of, examples
from lambda_migrate.engine.ledger import lock_of
from lambda_migrate.errors import GateClosed, NoCredentials
from lambda_migrate.gates import check_failed
from lambda_migrate.render.checks import checks as rendered
from lambda_migrate.render.format import counted
from lambda_migrate.render.result import Result
from lambda_migrate.verify import health
from lambda_migrate.workflow import ahead, code_gate, instances, machines, policy
from lambda_migrate.workflow.doctor import examine, without
from lambda_migrate.workflow.ownership import ownership
from lambda_migrate.workflow.reading import code_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.config import Migration
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.function.model import Function
    from lambda_migrate.verify.check import Check
    from lambda_migrate.verify.surroundings import Health
    from lambda_migrate.workflow.context import Context

app = application()

NEEDED = ("configuration", "ledger", "credentials", "function", "account")
"""Checks without which no phase can be planned."""


@app.command(cls=Command, epilog=examples("doctor", "doctor --json | jq '.data.checks'"))
def doctor(called: typer.Context) -> Result:
    """Check everything that the migration needs, and say what to do about what is missing."""
    context = context_of(called)
    context.progress.begin("looking at the function, its surroundings and the service")
    results: list[Check] = []
    lost = None
    try:
        results.extend(_of_now(context))
        context.progress.begin("asking the gates of the phases to come")
        if not any(check.result == "fail" and check.name in NEEDED for check in results):
            results.extend(ahead.checks(context, {check.detail for check in results}))
    except NoCredentials as expired:
        lost = expired
        results += [] if without(lost) in results else [without(lost)]
    context.progress.end()
    failed = [check for check in results if check.result == "fail"]
    data = {"checks": [check.to_dict() for check in results]}
    text = rendered(results, context.paint)
    if lost:
        return Result(data, text, error=lost)
    if failed:
        told = (f"{check.name}: {check.hint}" for check in failed if check.hint)
        hint = next(told, "what failed is shown above, with the reason")
        text_of_error = f"{len(failed)} of {counted(len(results), 'check')} failed"
        error = GateClosed(text_of_error, gate=check_failed.NAME, hint=hint)
        return Result(data, text, error=error)
    return Result(data, text, context.status().next[-1:])


def _of_now(context: Context) -> Iterator[Check]:
    return examine(
        context,
        _health,
        holder=lambda: lock_of(context.ledger_path).holder(),
        code=lambda function: _code(context, function),
        recorded=lambda: machines.lacking(context),
        permissions=lambda: policy.checks(context),
        instances=lambda: instances.checks(context),
        owners=lambda taken: ownership(context.aws_read_only, taken, code_of(context), ask=True),
    )


def _code(context: Context, function: Function) -> list[Blocker] | None:
    return list(code_gate.closed_gates(context, function)) if code_gate.code_of(context) else None


def _health(config: Migration) -> Health:
    with health.client() as client:
        return health.glance(config, client)
