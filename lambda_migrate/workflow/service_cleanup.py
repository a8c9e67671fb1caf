"""Takes the proxy's parts out of the service's repository, once the function is retired."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.errors import GateClosed
from lambda_migrate.render.drawing import columns
from lambda_migrate.render.result import Result
from lambda_migrate.scaffold import git, without_proxy
from lambda_migrate.scaffold.manifest import RECORD
from lambda_migrate.workflow.phase import Question

if TYPE_CHECKING:
    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.phase import Confirm

MARKS = {"changed": "~", "removed": "-"}


def clean_up(context: Context, *, confirm: Confirm, dry_run: bool) -> Result:
    """Remove what only the proxy needed, in one commit.

    Args:
        context: Of the command.
        confirm: Asks, and raises where the answer is no.
        dry_run: Stop after showing what would change.

    Raises:
        MigrateError: The repository cannot be read or written.
    """
    folder = context.service_folder
    writes = without_proxy.plan(folder)
    rows = [(MARKS[each.state], each.path) for each in writes]
    text = "\n".join([f"{folder}/", *columns(rows, context.paint.width)])
    data: dict[str, Any] = {"directory": str(folder), "files": {each.path: each.state for each in writes}}
    if not writes:
        return Result({**data, "commit": False}, "The repository holds nothing of the proxy.")
    retired = context.status().stages[-1].state == "done"
    closed = GateClosed("the function is not retired, and its proxy still signs", hint="`lambda-migrate retire` first")
    if dry_run or not retired:
        return Result({**data, "dry_run": dry_run}, text, error=None if retired else closed)
    context.terminal.say(text)
    confirm(Question(f"Take the proxy's parts out of `{folder}`?"))
    without_proxy.write(writes, folder)
    paths = [RECORD, *(each.path for each in writes)]
    uncommitted = git.commit(folder, paths, "Take out what the proxy needed: the function is retired")
    said = uncommitted and f" Commit it yourself: {uncommitted}."
    return Result({**data, "commit": not uncommitted}, f"Took the proxy's parts out.{said}", ("service deploy",))
