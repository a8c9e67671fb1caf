"""`status`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from lambda_migrate.aws.arn import function_name
from lambda_migrate.cli.options import Command, application, context_of, examples
from lambda_migrate.engine.ledger import lock_of
from lambda_migrate.errors import NoCredentials, NotAllowed
from lambda_migrate.render.result import Result
from lambda_migrate.render.status import heading
from lambda_migrate.render.status import status as rendered

if TYPE_CHECKING:
    from lambda_migrate.engine.ledger import Ledger
    from lambda_migrate.workflow.context import Context

app = application()


@app.command(cls=Command, epilog=examples("status", "status --aws", "status --json | jq -r '.data.next[0]'"))
def status(
    called: typer.Context,
    *,
    ask_aws: Annotated[
        bool,
        typer.Option(
            "--aws",
            envvar="LAMBDA_MIGRATE_STATUS_AWS",
            help="Ask AWS too: who works on the function, what would put traffic back, what was put back.",
        ),
    ] = False,
) -> Result:
    """Show where the migration stands and what to type next."""
    context = context_of(called)
    ledger, function, state = context.ledger, context.outline.function, context.status()
    identity, holder = ledger.identity, lock_of(ledger.path).holder()
    if identity and function_name(identity.function) != function_name(function):
        raise NotAllowed(
            f"`{ledger.path.name}` is about function `{identity.function}`, migration.yaml names `{function}`",
            hint="check `function` and `ledger` in migration.yaml",
        )
    account, region = (identity.account, identity.region) if identity else ("", "")
    data = {
        "function": function,
        "account": account or None,
        "region": region or None,
        **state.to_dict(),
        "held_by": holder._asdict() if holder else None,
        "torn_bytes": ledger.torn,
        "lost_records": ledger.lost,
    }
    text = rendered(state, holder, ledger.damage, context.paint, now=context.clock.now())
    lost = None
    if ask_aws:
        try:
            asked, drawn = _in_aws(context, ledger, function)
            data, text = {**data, "aws": asked}, f"{text}\n\n{drawn}"
        except NoCredentials as error:  # what the ledger says is shown all the same
            lost = error
    text = f"{heading(function, account, region, '', context.paint)}\n\n{text}"
    return Result(data, text, () if lost else state.next[:1], lost)


def _in_aws(context: Context, ledger: Ledger, function: str) -> tuple[list[dict[str, Any]], str]:
    """Return what AWS shows of lock, guard and what was moved, as data and drawn."""
    from lambda_migrate.render.checks import checks  # noqa: PLC0415  # it owns rich, which `status` does without
    from lambda_migrate.workflow import aws_status  # noqa: PLC0415  # as above

    results = list(aws_status.checks(context.aws_read_only, function_name(function), ledger, context.clock.now()))
    return [check.to_dict() for check in results], checks(results, context.paint)
