"""`report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lambda_migrate.cli.options import Command, application, context_of, examples
from lambda_migrate.errors import ConfigError
from lambda_migrate.render.report import markdown as pages
from lambda_migrate.render.result import Result
from lambda_migrate.workflow.report import gather, write
from lambda_migrate.workflow.runbook import runbook as made_runbook

app = application()

Html = Annotated[Path | None, typer.Option("--html", help="Write one page of HTML to this file.", metavar="FILE")]
Markdown = Annotated[bool, typer.Option("--markdown", help="Print Markdown, for a pull request; the default.")]
AsRunbook = Annotated[
    bool,
    typer.Option("--runbook", help="Print what comes next as numbered steps, each with its AWS CLI command and check."),
]
Offline = Annotated[bool, typer.Option("--offline", help="Read the ledger only; do not ask AWS.")]


@app.command(
    cls=Command,
    epilog=examples("report", "report --html report.html", "report --runbook > runbook.md", "report --offline --json"),
)
def report(
    called: typer.Context,
    *,
    html: Html = None,
    markdown: Markdown = False,
    runbook: AsRunbook = False,
    offline: Offline = False,
) -> Result:
    """Make a page for the change ticket: where the migration stands, what happened, what remains."""
    context = context_of(called)
    if runbook and (html or markdown or offline):
        raise ConfigError(
            "`--runbook` cannot be combined with `--html`, `--markdown` or `--offline`", hint="give one of them"
        )
    if html and markdown:
        raise ConfigError("`--html` and `--markdown` cannot be combined", hint="give one of them")
    if runbook:
        book = made_runbook(context)
        return Result(book.to_dict(), pages.runbook(book).rstrip("\n"))
    made = gather(context, offline=offline)
    if html is None:
        return Result(made.to_dict(), pages.markdown(made).rstrip("\n"))
    from lambda_migrate.render.report.page import page  # noqa: PLC0415  # it owns jinja2's page

    write(html, page(made))
    text = f"Written: `{html}`. It names the account, callers and steps, and holds no secrets."
    return Result({**made.to_dict(), "written": str(html)}, text)
