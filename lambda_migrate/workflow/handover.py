"""Gathers what the owners' code has to say: what stands in the ledger, and who owns the function."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lambda_migrate.engine.runs import runs
from lambda_migrate.errors import ConfigError, GateClosed, Inconclusive, NotFound
from lambda_migrate.gates import handover_undone
from lambda_migrate.handover import guidance
from lambda_migrate.handover.check import check
from lambda_migrate.handover.flips import flips, import_arns
from lambda_migrate.handover.model import Owner
from lambda_migrate.handover.owners import owners
from lambda_migrate.regular_file import read_regular
from lambda_migrate.render.result import Result

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lambda_migrate.handover.check import Finding
    from lambda_migrate.handover.model import Flip
    from lambda_migrate.workflow.context import Context

PHASES = ("cutover", "direct", "domain")
"""Whose outcome belongs to somebody's code; that of the others is the migration's own."""

LONGEST = 1 << 27
"""Bytes of a plan or a change set, at most."""

DEEPEST = 3
"""Folders below the code's that are looked into for the files of a tool."""

_SKIPPED = frozenset(
    {".git", ".venv", "node_modules", ".terraform", "cdk.out", ".serverless", ".aws-sam", "__pycache__"}
)


def standing(context: Context) -> tuple[Flip, ...]:
    """Return what the migration has changed and is not rolled back.

    Args:
        context: Of the command.
    """
    actions = [run.step(name).action for run in runs(context.ledger) if run.phase in PHASES for name in run.applied]
    identity = context.ledger.identity
    return import_arns(flips(actions), identity.function if identity else "")


def handover(context: Context, tool: str | None) -> Result:
    """Return what each owner has to change.

    Args:
        context: Of the command.
        tool: Write for this one, whoever the owner is; None finds out.
    """
    things = standing(context)
    if not things:
        return Result({"flips": [], "owners": []}, "Nothing was moved that the owners' code would have to keep.")
    known = (Owner(tool, ("named by --owner",)),) if tool else _owners(context)
    listed = [f"- {each.what}" for each in things]
    if not known:
        text = "\n".join(["No owner was recognised; name the tool with `--owner`. What was moved:", "", *listed])
        return Result({"flips": [each.what for each in things], "owners": []}, text)
    parts = [guidance.text(owner, things, context.migration.alias) for owner in known]
    data = {
        "flips": [each.what for each in things],
        "owners": [
            {"tool": owner.tool, "stack": owner.stack, "evidence": list(owner.evidence), "text": part}
            for owner, part in zip(known, parts, strict=True)
        ],
    }
    return Result(data, "\n".join(["# What stands", "", *listed, "", *parts]).rstrip())


def _owners(context: Context) -> tuple[Owner, ...]:
    try:
        answer = context.aws_read_only.call("lambda", "get_function", FunctionName=context.migration.function)
        tags = {str(key): str(value) for key, value in (answer.get("Tags") or {}).items()}
    except NotFound:
        tags = {}
    source = context.folder / (context.migration.source or ".")
    return owners(tags, sorted(_files(source)))


def _files(folder: Path) -> Iterator[str]:
    """Yield the files of a folder, some folders deep, and those beside it in the folders above up to a repository's."""
    if folder.is_dir():
        yield from _below(folder, "", DEEPEST)
    here = folder.resolve()
    for above in here.parents:
        if (above / ".git").exists() or (here / ".git").exists():
            break
        yield from (f"../{path.name}" for path in _listed(above) if path.is_file())
        if above == here.parents[min(1, len(here.parents) - 1)]:
            break


def _below(folder: Path, prefix: str, depth: int) -> Iterator[str]:
    for path in _listed(folder):
        if path.is_file():
            yield f"{prefix}{path.name}"
        elif depth and path.is_dir() and path.name not in _SKIPPED and not path.is_symlink():
            yield from _below(path, f"{prefix}{path.name}/", depth - 1)


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def checked(context: Context, path: Path) -> Result:
    """Return whether the owner's next deployment keeps what stands.

    Args:
        context: Of the command.
        path: A file with a plan of Terraform or a change set, as JSON.

    Raises:
        ConfigError: The file is not one.
    """
    findings = check(_document(path), standing(context))
    data = {"findings": [vars(each) for each in findings]}
    text = "\n".join(f"{each.outcome:<7}  {each.flip}: {each.why}" for each in findings)
    return Result(data, text or "Nothing was moved that this could undo.", error=_problem(findings, path))


def _problem(findings: tuple[Finding, ...], path: Path) -> GateClosed | Inconclusive | None:
    undone = [each for each in findings if each.outcome == "undoes"]
    unknown = [each for each in findings if each.outcome == "unknown"]
    if undone:
        text = f"`{path.name}` would undo {len(undone)} of {len(findings)} flips"
        return GateClosed(
            text, gate=handover_undone.NAME, hint="`lambda-migrate handover` prints the changes that the code needs"
        )
    if unknown:
        return Inconclusive(
            f"`{path.name}` does not say what becomes of {len(unknown)} of {len(findings)} flips",
            hint="check them after the deployment with `lambda-migrate inspect`",
        )
    return None


def _document(path: Path) -> Any:
    hint = "write one with `terraform show -json PLAN` or `aws cloudformation describe-change-set`"
    try:
        return json.loads(read_regular(path, LONGEST))
    except OSError as error:
        raise ConfigError(f"`{path}` cannot be read: {error.strerror}", hint=hint) from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"`{path}` is not valid JSON", hint=hint) from error
