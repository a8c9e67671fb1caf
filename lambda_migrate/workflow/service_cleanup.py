"""Takes the proxy's parts out of the service's repository, once the function is retired."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_migrate.errors import GateClosed
from lambda_migrate.gates import door_needed, not_retired
from lambda_migrate.render.drawing import columns
from lambda_migrate.render.result import Result
from lambda_migrate.scaffold import git, without_library, without_proxy
from lambda_migrate.scaffold.manifest import RECORD
from lambda_migrate.workflow.phase import Question

if TYPE_CHECKING:
    from types import ModuleType

    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.phase import Confirm

MARKS = {"changed": "~", "removed": "-"}


@dataclass(frozen=True)
class Leaving:
    """What leaves the repository.

    Attributes:
        without: Plans and writes the repository without it.
        what: It, in words.
        message: Of the commit.
    """

    without: ModuleType
    what: str
    message: str


PROXY = Leaving(without_proxy, "the proxy's parts", "Take out what the proxy needed: the function is retired")
LIBRARY = Leaving(
    without_library, "the proxy's parts and the library", "Run on plain Starlette and uvicorn: the function is retired"
)


def clean_up(context: Context, *, confirm: Confirm, dry_run: bool, eject: bool = False) -> Result:
    """Remove what only the proxy needed, in one commit.

    Args:
        context: Of the command.
        confirm: Asks, and raises where the answer is no.
        dry_run: Stop after showing what would change.
        eject: Remove the library too, so that plain Starlette and uvicorn stay.

    Raises:
        GateClosed: The library keeps callers out who do not know the key.
        MigrateError: The repository cannot be read or written.
    """
    if eject and context.migration.service.require != "open":
        raise GateClosed(
            "`service.require` has the library keep callers out, and without it everybody comes in",
            gate=door_needed.NAME,
            hint="protect the service's URL otherwise, set `service.require: open`, then run this again",
        )
    folder = context.service_folder
    leaving = LIBRARY if eject else PROXY
    writes = leaving.without.plan(folder)
    rows = [(MARKS[each.state], each.path) for each in writes]
    text = "\n".join([f"{folder}/", *columns(rows, context.paint.width)])
    data: dict[str, Any] = {"directory": str(folder), "files": {each.path: each.state for each in writes}}
    if not writes:
        return Result(
            {**data, "commit": False}, "The repository holds nothing of the proxy.", context.status().next[-1:]
        )
    retired = context.status().stages[-1].state == "done"
    closed = GateClosed(
        "the function is not retired, and its proxy still signs",
        gate=not_retired.NAME,
        hint="`lambda-migrate retire` first",
    )
    if dry_run or not retired:
        return Result({**data, "dry_run": dry_run}, text, error=None if retired else closed)
    context.terminal.say(text)
    confirm(Question(f"Take {leaving.what} out of `{folder}`?"))
    leaving.without.write(writes, folder)
    paths = sorted({RECORD, *(each.path for each in writes)})
    uncommitted = git.commit(folder, paths, leaving.message)
    said = uncommitted and f" Commit it yourself: {uncommitted}."
    return Result({**data, "commit": not uncommitted}, f"Took {leaving.what} out.{said}", ("service deploy",))
