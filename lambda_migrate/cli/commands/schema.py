"""`schema`."""

from __future__ import annotations

import json

import typer

from lambda_migrate.cli.options import Command, application, examples
from lambda_migrate.config import json_schema
from lambda_migrate.render.result import Result

app = application()


@app.command(cls=Command, epilog=examples("schema > migration.schema.json"))
def schema(_called: typer.Context) -> Result:
    """Print the JSON schema of migration.yaml."""
    data = json_schema()
    return Result({"schema": data}, json.dumps(data, indent=2))
