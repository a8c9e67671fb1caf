"""Gathers what the owners' code has to say: what stands in the ledger, and who owns the function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate import inventory
from lambda_migrate.actions.function.shift_weight import ShiftWeight
from lambda_migrate.aws.arn import function_name
from lambda_migrate.engine.runs import runs
from lambda_migrate.errors import ConfigError, GateClosed, Inconclusive, MigrateError, NotFound, StalePlan
from lambda_migrate.gates import handover_undone
from lambda_migrate.handover import guidance
from lambda_migrate.handover.alias_arn import import_arns
from lambda_migrate.handover.check import HINT, check, read
from lambda_migrate.handover.flips import flips
from lambda_migrate.handover.guidance import NOTES
from lambda_migrate.handover.model import Owner
from lambda_migrate.handover.ownership import tools
from lambda_migrate.handover.patch import Patched, misfits, nothing
from lambda_migrate.handover.patchers import PATCHERS
from lambda_migrate.regular_file import create, read_regular
from lambda_migrate.render.result import Result
from lambda_migrate.workflow import owners_files
from lambda_migrate.workflow.made_ids import with_ids
from lambda_migrate.workflow.ownership import Ownership, of_files, ownership
from lambda_migrate.workflow.reading import code_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lambda_migrate.handover.finding import Finding
    from lambda_migrate.handover.model import Flip
    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.owners_files import OwnersFiles

PHASES = ("cutover", "direct", "domain")
"""Whose outcome belongs to somebody's code; that of the others is the migration's own."""

ROTATING = ("rotate", "rotate-finish")
"""Which move the alias to another version too."""

LONGEST = 1 << 27
"""Bytes of a plan or a change set, at most."""


def standing(context: Context) -> tuple[Flip, ...]:
    """Return what the migration has changed and is not rolled back.

    Args:
        context: Of the command.
    """
    done = ((run.phase, run.step(name).action) for run in runs(context.ledger) for name in run.applied)
    actions = [each for phase, each in done if phase in PHASES or (phase in ROTATING and each.kind == ShiftWeight.kind)]
    identity = context.ledger.identity
    return import_arns(flips(actions), identity.function if identity else "")


def handover(context: Context, tool: str | None, patches: Path | None = None) -> Result:
    """Return what each owner has to change.

    Args:
        context: Of the command.
        tool: Write for this one, whoever the owner is; None finds out.
        patches: Folder in which the patches are written as files; None writes none.

    Raises:
        ConfigError: The folder has something else under the name of a patch.
    """
    things = standing(context)
    if not things:
        text = "Nothing was moved that the owners' code would have to keep."
        return Result({"flips": [], "owners": []}, text, _then(context))
    told = _ownership(context, tool)
    things = with_ids(context.aws_read_only, things)
    recognised = tuple(each for each in tools(told.things) if each.tool in NOTES)
    known = (Owner(tool, ("named by --owner",)),) if tool else recognised
    listed = [f"- {each.what}" for each in things]
    if not known:
        first = "No owner was recognised; name the tool with `--owner`. What was moved:"
        text = "\n".join([first, "", *listed, *_remarks(told.notes)])
        nobody = {"flips": [each.what for each in things], "owners": [], "notes": list(told.notes)}
        return Result(nobody, text, ("handover --owner TOOL",))
    files = owners_files.read(code_of(context), told.states)
    changes = [_patched(context, owner, things, files) for owner in known]
    parts = [
        guidance.text(owner, things, context.migration.alias, files.texts, change)
        for owner, change in zip(known, changes, strict=True)
    ]
    written = _written(patches, known, changes) if patches else []
    data = {
        "flips": [each.what for each in things],
        "folder": str(files.root),
        "notes": [*told.notes, *files.notes],
        "owners": [_told(*each) for each in zip(known, changes, parts, strict=True)],
        "written": written,
    }
    how = _how(files, changes, written)
    stands = ["# What stands", "", *listed, "", *_remarks(told.notes), *how, *parts]
    return Result(data, "\n".join(stands).rstrip(), ("handover --check FILE", *_then(context)))


def _remarks(notes: Sequence[str]) -> list[str]:
    return ["# Before anybody deploys", "", *(f"- {each}" for each in notes), ""] if notes else []


def _told(owner: Owner, patched: Patched, text: str) -> dict[str, Any]:
    """Return what is said to one owner as JSON-able data."""
    stages = [
        {"what": each.what, "diff": "".join(one.diff() for one in each.patches), "imports": list(each.imports)}
        for each in patched.stages
    ]
    return {
        "tool": owner.tool,
        "stack": owner.stack,
        "evidence": list(owner.evidence),
        "stages": stages,
        "reasons": dict(patched.reasons),
        "text": text,
    }


def _patched(context: Context, owner: Owner, things: Sequence[Flip], files: OwnersFiles) -> Patched:
    """Return the changes to one owner's files; none where a file is another one by now."""
    patcher = PATCHERS.get(owner.tool)
    if patcher is None:
        return Patched()
    patched = patcher(files.texts, things, function_name(context.migration.function), context.migration.alias)
    moved = files.moved_on(patched)
    if moved:
        return nothing((each.name for each in things), f"`{'`, `'.join(moved)}` has just been changed: run it again")
    return patched


def _how(files: OwnersFiles, changes: Sequence[Patched], written: Sequence[str]) -> list[str]:
    """Return what could not be read, and how patches are applied."""
    lines = [f"{each}." for each in files.notes]
    if any(each.stages for each in changes):
        lines.append(
            f"Patches apply in `{files.root}`: `git apply FILE`, or `patch -p1 < FILE`; one stage after the other."
        )
        lines += [f"`{each}` is written." for each in written] or ["`handover --patches FOLDER` writes them as files."]
    return [*lines, ""] if lines else []


def _written(folder: Path, known: Sequence[Owner], changes: Sequence[Patched]) -> list[str]:
    """Write each stage as a file, and return their paths; either all are written or none.

    Raises:
        ConfigError: The folder cannot be written, or has something else under one of the names.
    """
    contents = {
        folder / f"{owner.tool}-{number}.patch": "".join(each.diff() for each in stage.patches).encode()
        for owner, change in zip(known, changes, strict=True)
        for number, stage in enumerate(change.stages, start=1)
    }
    made: list[Path] = []
    for path, content in contents.items():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if not path.is_file() or read_regular(path, LONGEST) != content:
                create(path, content)
                made.append(path)
        except OSError as error:
            for each in made:
                each.unlink(missing_ok=True)
            hint = "name a folder that is empty, or does not exist yet"
            raise ConfigError(f"`{path}` cannot be written: {error.strerror}", hint=hint) from error
    return [str(path) for path in contents]


def _ownership(context: Context, tool: str | None) -> Ownership:
    """Return who owns what; what the files say where the function is gone, or where AWS does not have to be asked."""
    config = context.migration
    try:
        taken = inventory.take(context.aws_read_only, config.function, alias=config.alias)
        return ownership(context.aws_read_only, taken, code_of(context), ask=not tool)
    except NotFound:
        return _files_alone(context)
    except MigrateError:
        if not tool:
            raise
        return _files_alone(context)


def _files_alone(context: Context) -> Ownership:
    identity = context.ledger.identity
    return of_files(identity.function if identity else "", context.migration.alias, code_of(context))


def checked(context: Context, path: Path) -> Result:
    """Return whether the owner's next deployment keeps what stands, or whether a patch still applies.

    Args:
        context: Of the command.
        path: A file with a plan of Terraform or a change set, as JSON; or a patch.

    Raises:
        ConfigError: The file is not one.
        Inconclusive: The ledger is not here, so that nobody knows what was moved.
    """
    content = _content(path)
    if content.startswith(b"--- "):
        return _checked_patch(context, path, content)
    findings = check(_document(path, content), standing(context))
    if context.ledger.identity is None:
        raise Inconclusive(
            f"`{context.ledger_path.name}` holds no migration, so whether `{path.name}` undoes one is unknown",
            hint="run it where the ledger is: keep it in version control beside migration.yaml",
        )
    data = {"findings": [vars(each) for each in findings]}
    text = "\n".join(f"{each.outcome:<7}  {each.flip}: {each.why}" for each in findings)
    problem = _problem(findings, path)
    return Result(data, text or "Nothing was moved that this could undo.", () if problem else _then(context), problem)


def _checked_patch(context: Context, path: Path, content: bytes) -> Result:
    files = owners_files.read(code_of(context))
    try:
        told = misfits(content.decode(), files.read)
    except ValueError as error:
        raise ConfigError(f"`{path}` is not a patch", hint=HINT) from error
    data = {"files": [{"path": name, "applies": not why, "why": why} for name, why in told]}
    text = "\n".join(f"{'applies' if not why else 'differs'}  {name}{why and f': {why}'}" for name, why in told)
    bad = ", ".join(name for name, why in told if why)
    hint = "apply the stages before it first; else run `lambda-migrate handover` again"
    stale = StalePlan(f"`{path.name}` does not apply any more: {bad}", hint=hint)
    return Result(data, text, () if bad else _then(context), stale if bad else None)


def _then(context: Context) -> tuple[str, ...]:
    """Return the next command of the journey that changes something."""
    return context.status().next[-1:]


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


def _content(path: Path) -> bytes:
    try:
        return read_regular(path, LONGEST)
    except OSError as error:
        raise ConfigError(f"`{path}` cannot be read: {error.strerror}", hint=HINT) from error


def _document(path: Path, content: bytes) -> Any:
    try:
        return read(content)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"`{path}` is not valid JSON", hint=HINT) from error
