"""`status`."""

from __future__ import annotations

from lambda_migrate.cli.fast_options import Command
from lambda_migrate.cli.options import application, examples, in_context
from lambda_migrate.engine.ledger import lock_of
from lambda_migrate.errors import NotAllowed
from lambda_migrate.render.result import Result
from lambda_migrate.render.status import heading
from lambda_migrate.render.status import status as rendered
from lambda_migrate.workflow.context import Context

app = application()


@app.command(cls=Command, epilog=examples("status", "status --json | jq -r '.data.next[0]'"))
@in_context
def status(context: Context) -> Result:
    """Show where the migration stands and what to type next."""
    ledger, function, found = context.ledger, context.outline.function, context.status()
    identity, holder = ledger.identity, lock_of(ledger.path).holder()
    if identity and identity.function.rpartition(":")[2] != function.rpartition(":")[2]:
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
    }
    text = rendered(found, holder, ledger.torn, context.paint)
    return Result(data, f"{heading(function, account, region, '', context.paint)}\n\n{text}", found.next[:1])
