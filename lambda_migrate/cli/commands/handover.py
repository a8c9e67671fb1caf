"""`handover`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lambda_migrate.cli.options import Command, application, context_of, examples
from lambda_migrate.errors import ConfigError
from lambda_migrate.handover.guidance import NOTES
from lambda_migrate.render.result import Result
from lambda_migrate.workflow.handover import checked
from lambda_migrate.workflow.handover import handover as handed_over

if TYPE_CHECKING:
    Tool = str
else:
    Tool = Literal[tuple(NOTES)]

app = application()

OwnedBy = Annotated[Tool | None, typer.Option("--owner", help="Write for this tool; default: detected.")]
Check = Annotated[
    Path | None,
    typer.Option(
        "--check",
        help="Say whether this plan or change set keeps what was moved, or this patch applies.",
        metavar="FILE",
    ),
]
Patches = Annotated[
    Path | None, typer.Option("--patches", help="Write the patches into this folder.", metavar="FOLDER")
]


@app.command(
    cls=Command,
    epilog=examples(
        "handover",
        "handover --owner terraform > handover.md",
        "handover --patches patches",
        "handover --check plan.json",
    ),
)
def handover(called: typer.Context, *, owner: OwnedBy = None, check: Check = None, patches: Patches = None) -> Result:
    """Print the changes that the owners' code needs, so that its next deployment keeps what was moved."""
    context = context_of(called)
    if check and (owner or patches):
        raise ConfigError(
            f"`--check` and `--{'owner' if owner else 'patches'}` cannot be combined", hint="give one of them"
        )
    return checked(context, check) if check else handed_over(context, owner, patches)
