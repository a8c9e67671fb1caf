"""`schema`."""

from __future__ import annotations

import json

from lambda_migrate.cli.fast_options import Command
from lambda_migrate.cli.options import application, examples, in_context
from lambda_migrate.config import json_schema
from lambda_migrate.render.result import Result
from lambda_migrate.workflow.context import Context

app = application()


@app.command(cls=Command, epilog=examples("schema > migration.schema.json"))
@in_context
def schema(_context: Context) -> Result:
    """Print the JSON schema of migration.yaml."""
    data = json_schema()
    return Result({"schema": data}, json.dumps(data, indent=2))
