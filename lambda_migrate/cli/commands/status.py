"""`status`."""

from __future__ import annotations

import typer

from lambda_migrate.aws.arn import function_name
from lambda_migrate.cli.options import Command, application, context_of, examples
from lambda_migrate.engine.ledger import lock_of
from lambda_migrate.errors import NotAllowed
from lambda_migrate.render.result import Result
from lambda_migrate.render.status import heading
from lambda_migrate.render.status import status as rendered

app = application()


@app.command(cls=Command, epilog=examples("status", "status --json | jq -r '.data.next[0]'"))
def status(called: typer.Context) -> Result:
    """Show where the migration stands and what to type next."""
    context = context_of(called)
    ledger, function, found = context.ledger, context.outline.function, context.status()
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
        **found.to_dict(),
        "held_by": holder._asdict() if holder else None,
        "torn_bytes": ledger.torn,
        "lost_records": ledger.lost,
    }
    text = rendered(found, holder, ledger.damage, context.paint)
    return Result(data, f"{heading(function, account, region, '', context.paint)}\n\n{text}", found.next[:1])
