"""`freeze`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lambda_migrate.cli.fast_options import Command
from lambda_migrate.cli.options import DryRun, Yes, application, examples, in_context
from lambda_migrate.errors import ConfigError, GateClosed
from lambda_migrate.render.result import Result
from lambda_migrate.workflow.context import Context

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.engine.record import Record
    from lambda_migrate.errors import MigrateError
    from lambda_migrate.freeze import Change, Snapshot
    from lambda_migrate.freeze.denial import Principal
    from lambda_migrate.function.model import Function

app = application()


@app.command(
    cls=Command,
    epilog=examples("freeze", "freeze --check", "freeze --enforce --on role/deployer --apply", "freeze --refresh"),
)
@in_context
def freeze(  # noqa: PLR0913  # one parameter for each option
    context: Context,
    *,
    check: Annotated[bool, typer.Option("--check", help="Only look whether the function is as it was.")] = False,
    enforce: Annotated[bool, typer.Option("--enforce", help="Print the IAM denial for those who deploy.")] = False,
    apply: Annotated[bool, typer.Option("--apply", help="With --enforce: attach it.")] = False,
    on: Annotated[
        list[str] | None, typer.Option("--on", help="Whom to deny; default: who deployed lately.", metavar="ROLE")
    ] = None,
    refresh: Annotated[bool, typer.Option("--refresh", help="Take an urgent fix into the service as well.")] = False,
    reason: Annotated[str, typer.Option("--reason", help="With --refresh: why.", metavar="TEXT")] = "",
    lift: Annotated[bool, typer.Option("--lift", help="End the freeze.")] = False,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> Result:
    """Announce the code freeze, record what the function is, and tell who changes it."""
    chosen = [
        name
        for name, given in (("--check", check), ("--enforce", enforce), ("--refresh", refresh), ("--lift", lift))
        if given
    ]
    if len(chosen) > 1:
        raise ConfigError(f"`{chosen[0]}` and `{chosen[1]}` do different things", hint="give one of them")
    if (apply or on) and not enforce:
        raise ConfigError("`--apply` and `--on` say whom `--enforce` denies", hint="give `--enforce` too")
    if reason and not refresh:
        raise ConfigError("`--reason` says why `--refresh` takes a fix over", hint="give `--refresh` too")
    if check:
        return _check(context)
    if enforce:
        return _enforce(context, on or [], apply=apply, yes=yes, dry_run=dry_run)
    if refresh:
        return _refresh(context, reason, yes=yes, dry_run=dry_run)
    return _lift(context, yes=yes, dry_run=dry_run) if lift else _begin(context, yes=yes, dry_run=dry_run)


def _begin(context: Context, *, yes: bool, dry_run: bool) -> Result:
    from lambda_migrate.cli import confirm  # noqa: PLC0415  # only commands that change something need it
    from lambda_migrate.freeze import frozen, recording  # noqa: PLC0415  # as above
    from lambda_migrate.workflow import announce  # noqa: PLC0415  # only commands that change something need it

    if frozen(context.ledger):
        return _again(context, yes=yes, dry_run=dry_run)
    announce.webhook(context)  # what is wrong with it is told before anything is changed
    function, snapshot, plan = _looked(context)
    shown = _shown(context, snapshot, plan)
    data: dict[str, Any] = {"snapshot": snapshot.to_dict(), "plan": plan.to_dict()}
    if dry_run:
        return Result({**data, "dry_run": True}, shown)
    context.terminal.say(shown)
    confirm.agree(context, f"Announce the freeze of {function.name}?", yes=yes)
    version = _publish(context, plan, function)
    with _open(context, function.arn) as ledger:
        record = recording.record(ledger, snapshot, function.arn, version=version)
    path, error = _announce(context, snapshot, function.arn, record.at)
    data |= {"version": version, "announcement": str(path), "began": record.at}
    text = f"\n{function.name} is frozen; version {version} is the original. `{path}` tells everybody."
    return Result(data, text, ("service deploy",), error=error)


def _again(context: Context, *, yes: bool, dry_run: bool) -> Result:
    """Look whether the freeze holds; where not everybody could be told of it, tell it again."""
    from lambda_migrate.cli import confirm  # noqa: PLC0415  # as above
    from lambda_migrate.freeze import Snapshot, frozen, recording  # noqa: PLC0415  # as above

    looked, record = _check(context), frozen(context.ledger)
    if looked.error or dry_run or recording.announced(context.ledger) or record is None or record.note is None:
        return looked
    context.terminal.say("Not everybody could be told of the freeze.")
    confirm.agree(context, f"Announce the freeze of {context.migration.function} again?", yes=yes)
    began = str(record.note.get("began", record.at))
    path, error = _announce(context, Snapshot.from_dict(record.note["snapshot"]), str(record.note["function"]), began)
    return Result({**looked.data, "announcement": str(path)}, f"`{path}` tells everybody.", error=error)


def _announce(context: Context, snapshot: Snapshot, arn: str, began: str) -> tuple[Path, MigrateError | None]:
    """Write the announcement, post it, and note that everybody was told; return where it is and what went wrong."""
    from lambda_migrate.freeze import recording  # noqa: PLC0415  # as above
    from lambda_migrate.workflow import announce  # noqa: PLC0415  # as above

    path = announce.announce(context, snapshot, began)
    error = announce.post(context, began)
    if error is None:
        with _open(context, arn) as ledger:
            ledger.note(recording.ANNOUNCED, function=arn)
    return path, error


def _check(context: Context) -> Result:
    """Look whether the freeze holds; a change by others is drift."""
    change, record = _change(context)
    name = context.migration.function
    if change is None:
        return Result(
            {"frozen": record.at, "change": None}, f"{name} is as it was when the freeze began ({record.at})."
        )
    data = {"frozen": record.at, "change": change.to_dict()}
    lines = [str(change), "", *(f"  {difference}" for difference in change.differences)]
    lines += ["", "Calls since then:", *(f"  {call}" for call in change.calls)] if change.calls else []
    return Result(data, "\n".join(lines), error=None if change.harmless else change.error())


def _enforce(context: Context, on: list[str], *, apply: bool, yes: bool, dry_run: bool) -> Result:
    from lambda_migrate.cli import confirm  # noqa: PLC0415  # as above
    from lambda_migrate.freeze import denial, plans  # noqa: PLC0415  # as above
    from lambda_migrate.workflow import running  # noqa: PLC0415  # as above

    arn = _frozen_arn(context)
    migrating = context.looking.identity["Arn"]
    whom, unknown = _whom(context, on, arn, migrating)
    document = denial.policy(arn, migrating)
    names = [str(each) for each in whom]
    data: dict[str, Any] = {"policy": document, "principals": names, "unknown": unknown}
    text = json.dumps(document, indent=2)
    if not apply:
        told = f"For {', '.join(names)}" if names else "Nobody is known to deploy it; for whom you name with `--on`"
        context.terminal.say(f"{told} (or, as a service control policy, for the whole account):")
        if unknown:
            context.terminal.say(f"{context.paint('!', 'yellow')} who else deploys is unknown: {unknown}")
        return Result(data, text, ("freeze --enforce --apply",) if names else ())
    if not whom:
        raise GateClosed(
            unknown or "nobody is known to deploy the function", hint="name who does, `--on role/deployer`"
        )
    plan = plans.enforce(context.looking, arn, whom, migrating, named=bool(on))
    if not plan.steps and plan.warnings and not plan.blockers:
        raise GateClosed(plan.warnings[0], hint="name who deploys besides, `--on role/deployer`")
    return running.carry_out(
        context,
        plan,
        agree=lambda: confirm.agree(context, f"Deny changes of the function to {', '.join(names)}?", yes=yes),
        dry_run=dry_run,
    )


def _refresh(context: Context, reason: str, *, yes: bool, dry_run: bool) -> Result:
    from lambda_migrate.cli import confirm  # noqa: PLC0415  # as above
    from lambda_migrate.freeze import recording  # noqa: PLC0415  # as above
    from lambda_migrate.workflow import announce  # noqa: PLC0415  # as above

    change, _record = _change(context)
    if change is None:
        return Result({"change": None}, "Nothing to take over: the function is as it was when the freeze began.")
    function, snapshot, plan = _looked(context)
    shown = "\n".join([str(change), "", *(f"  {each}" for each in change.differences), "", _repository(context)])
    data: dict[str, Any] = {"change": change.to_dict(), "plan": plan.to_dict()}
    if dry_run:
        return Result({**data, "dry_run": True}, shown)
    context.terminal.say(shown)
    confirm.agree(context, "Take this over into the service?", yes=yes)
    written, kept = _rewrite(context)
    version = _publish(context, plan, function)
    with _open(context, function.arn) as ledger:
        recording.record(ledger, snapshot, function.arn, version=version, reason=reason or str(change))
        path = announce.announce(context, snapshot, change.since)
        ledger.note(recording.ANNOUNCED, function=function.arn)
    data |= {"version": version, "written": written, "kept": kept, "announcement": str(path)}
    text = f"\nTaken over: version {version} is the original now; {len(written)} files of the repository are new."
    if kept:
        text += f"\nEdited by the team, so look yourself: {', '.join(kept)} (`lambda-migrate init --diff`)."
    return Result(data, text, ("service deploy", "proxy deploy"))


def _lift(context: Context, *, yes: bool, dry_run: bool) -> Result:
    from lambda_migrate.cli import confirm  # noqa: PLC0415  # as above
    from lambda_migrate.freeze import recording  # noqa: PLC0415  # as above
    from lambda_migrate.workflow import announce, running  # noqa: PLC0415  # as above

    arn = _frozen_arn(context)
    steps = [step for run in recording.denials(context.ledger) for step in run.standing]
    text = "\n".join([f"The freeze of {context.migration.function} ends.", *(s.action.describe() for s in steps)])
    if dry_run:
        return Result({"denials": [step.id for step in steps], "dry_run": True}, text)
    context.terminal.say(text)
    confirm.agree(context, "End the freeze?", yes=yes)
    with running.at_work(context, arn) as executor:
        taken = recording.lift(executor, by="freeze --lift")
        ended = executor.ledger.records[-1].at
    error = announce.over(context, ended)
    return Result({"denials": [step.id for step in taken]}, "The freeze is over.", ("status",), error=error)


def _change(context: Context) -> tuple[Change | None, Record]:
    from lambda_migrate import freeze  # noqa: PLC0415  # as above

    record = freeze.frozen(context.ledger)
    if record is None:
        raise GateClosed("the function is not frozen", hint="`lambda-migrate freeze` announces it")
    context.progress.begin("comparing the function with what was recorded")
    change = freeze.check(context.looking, context.ledger, context.migration.function)
    context.progress.end()
    return change, record


def _frozen_arn(context: Context) -> str:
    from lambda_migrate.freeze import frozen  # noqa: PLC0415  # as above

    record = frozen(context.ledger)
    if record is None or record.note is None:
        raise GateClosed("the function is not frozen", hint="`lambda-migrate freeze` announces it")
    return str(record.note["function"])


def _looked(context: Context) -> tuple[Function, Snapshot, Plan]:
    from lambda_migrate import inventory  # noqa: PLC0415  # as above
    from lambda_migrate.freeze import plans, snapshot  # noqa: PLC0415  # as above
    from lambda_migrate.function.versions import original  # noqa: PLC0415  # as above

    config = context.migration
    context.progress.begin(f"looking at {config.function}")
    function = inventory.take(context.looking, config.function, alias=config.alias).function
    taken = snapshot.read(context.looking, config.function)
    context.progress.end()
    return function, taken, plans.begin(function, original(function))


def _shown(context: Context, snapshot: Snapshot, plan: Plan) -> str:
    from lambda_migrate.render.drawing import columns  # noqa: PLC0415  # as above
    from lambda_migrate.render.plan import plan as shown  # noqa: PLC0415  # as above

    facts = [("code", snapshot.code_sha256), ("role", snapshot.role), ("layers", str(len(snapshot.layers)))]
    facts += [(f"alias {name}", f"version {each['version']}") for name, each in sorted(snapshot.aliases.items())]
    steps = [shown(plan, context.paint)] if plan.steps else []
    return "\n".join([context.heading("phase: freeze"), "", *columns(facts, context.paint.width), *steps])


def _publish(context: Context, plan: Plan, function: Function) -> str:
    """Publish the original version where there is none yet; return its number."""
    from lambda_migrate.actions.references import versions_marked  # noqa: PLC0415  # as above
    from lambda_migrate.function.versions import original  # noqa: PLC0415  # as above
    from lambda_migrate.workflow import running  # noqa: PLC0415  # as above

    published = original(function)
    if published is not None:
        return published.number
    running.require_no_other_run(context, plan.phase)
    with running.at_work(context, function.arn) as executor:
        executor.run(plan)
    marker = getattr(plan.steps[0].action, "marker", "")
    return str(versions_marked(context.looking, function.name, marker)[-1]["Version"])


def _open(context: Context, arn: str) -> Any:
    from lambda_migrate.engine.ledger import Ledger  # noqa: PLC0415  # as above

    by = context.looking.identity["Arn"]
    return Ledger.open(context.ledger_path, context.pinned(arn), command=" ".join(context.command), by=by)


def _whom(context: Context, on: list[str], arn: str, migrating: str) -> tuple[tuple[Principal, ...], str]:
    from lambda_migrate.freeze import attribution, denial  # noqa: PLC0415  # as above

    if on:
        return tuple(denial.principal(each) for each in on), ""
    context.progress.begin("asking CloudTrail who deploys")
    calls, unknown = attribution.lookup(context.looking, arn)
    context.progress.end()
    return denial.deployers(calls, migrating), unknown


def _repository(context: Context) -> str:
    folder, source = context.service_folder, context.migration.source
    if not folder.is_dir():
        return "There is no repository yet."
    if source:
        return f"The repository `{folder}` follows, from the code in `{source}`: bring that up to date first."
    return f"The repository `{folder}` follows."


def _rewrite(context: Context) -> tuple[list[str], list[str]]:
    """Lift the function anew into the repository; return what was written, and what the team's edits kept."""
    if not context.service_folder.is_dir():
        return [], []
    from lambda_migrate import scaffold  # noqa: PLC0415  # as above
    from lambda_migrate.workflow import code_gate, lift  # noqa: PLC0415  # as above

    config = context.migration
    context.progress.begin("downloading the package")
    found = lift.look(context.looking, config.function)
    if config.source:
        code = scaffold.from_directory(context.folder / config.source)
    else:
        code = lift.source(context.looking, found)
    options = scaffold.Options(
        context.service_folder,
        config.service.target.kind,
        signing_keys=config.proxy.signing_keys or "",
        accepted=code_gate.accepted(context),
    )
    writes = scaffold.plan(code, found.facts, options)
    context.progress.end()
    written = scaffold.write(writes, context.service_folder)
    return list(written), [write.path for write in writes if write.state == "kept"]
