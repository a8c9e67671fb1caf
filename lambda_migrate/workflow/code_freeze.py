"""The code freeze besides its two phases: looked at, announced again, refreshed, lifted, and whom to deny changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from lambda_migrate import freeze, scaffold
from lambda_migrate.errors import GateClosed
from lambda_migrate.freeze import Snapshot, attribution, denial, frozen, recording
from lambda_migrate.gates import not_frozen
from lambda_migrate.render.result import Result
from lambda_migrate.workflow import announce, code_gate, lift
from lambda_migrate.workflow.execution import at_work, open_ledger, require_no_other_run
from lambda_migrate.workflow.overrides import Overrides
from lambda_migrate.workflow.phase import Question
from lambda_migrate.workflow.phases import freeze as phase
from lambda_migrate.workflow.run import run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_migrate.engine.record import Record
    from lambda_migrate.freeze import ForeignChange
    from lambda_migrate.freeze.denial import Principal
    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.phase import Confirm


def begin(context: Context, *, confirm: Confirm, dry_run: bool) -> Result:
    """Announce the freeze; where it has begun, look whether it holds, and tell those who could not be told of it."""
    record = frozen(context.ledger)
    if record is None:
        return run(context, "freeze", confirm=confirm, dry_run=dry_run)
    looked = check(context)
    if looked.error or dry_run or recording.announced(context.ledger) or record.note is None:
        return looked
    context.terminal.say("The freeze could not be announced everywhere.")
    confirm(Question(f"Announce the freeze of {context.migration.function} again?"))
    began, taken = str(record.note.get("began", record.at)), Snapshot.from_dict(record.note["snapshot"])
    path, error = phase.announced(context, taken, str(record.note["function"]), began)
    return Result({**looked.data, "announcement": str(path)}, f"`{path}` is the announcement.", error=error)


def check(context: Context) -> Result:
    """Look whether the freeze holds; a change by others is drift.

    Raises:
        GateClosed: The function is not frozen.
    """
    change, record = _change(context)
    if change is None:
        text = f"{context.migration.function} is unchanged since the freeze began ({record.at})."
        return Result({"frozen": record.at, "change": None}, text)
    lines = [str(change), "", *(f"  {difference}" for difference in change.differences)]
    lines += ["", "Calls since then:", *(f"  {call}" for call in change.calls)] if change.calls else []
    data = {"frozen": record.at, "change": change.to_dict()}
    return Result(data, "\n".join(lines), error=None if change.harmless else change.error())


class Denied(NamedTuple):
    """Whom changes of the function are to be denied.

    Attributes:
        function: The function's ARN, unqualified.
        exempt: ARN of the caller, who migrates and is exempt.
        principals: Whom to deny.
        unknown: Why it is not known who else deploys, or "".
    """

    function: str
    exempt: str
    principals: tuple[Principal, ...]
    unknown: str

    @property
    def names(self) -> tuple[str, ...]:
        """The principals, as a person knows them."""
        return tuple(str(each) for each in self.principals)

    @property
    def policy(self) -> dict[str, Any]:
        """The IAM policy that denies."""
        return denial.policy(self.function, self.exempt)


def to_deny(context: Context, on: Sequence[str]) -> Denied:
    """Find out whom to deny changes of the function.

    Args:
        context: Of the command.
        on: Whom somebody named; none asks CloudTrail who deployed lately.

    Raises:
        GateClosed: The function is not frozen.
    """
    function, exempt = _frozen_function(context), context.aws_read_only.identity["Arn"]
    if on:
        return Denied(function, exempt, tuple(denial.principal(each) for each in on), "")
    context.progress.begin("asking CloudTrail who deploys")
    calls, unknown = attribution.lookup(context.aws_read_only, function)
    context.progress.end()
    return Denied(function, exempt, denial.deployers(calls, exempt), unknown)


def enforce(context: Context, on: Sequence[str], *, confirm: Confirm, dry_run: bool) -> Result:
    """Attach the denial."""
    return run(context, "enforce", Overrides(on=tuple(on) or None), confirm=confirm, dry_run=dry_run)


def refresh(context: Context, reason: str, *, confirm: Confirm, dry_run: bool) -> Result:
    """Take what others have changed into the service, and freeze the function as it is now.

    Args:
        context: Of the command.
        reason: Why, for the ledger; "" records what was changed.
        confirm: Asks, and raises where the answer is no.
        dry_run: Stop after showing what would be taken over.
    """
    change, _record = _change(context)
    if change is None:
        return Result({"change": None}, "Nothing to take over: the function is unchanged since the freeze began.")
    inputs = phase.look_at(context)
    plan, function = phase.plan(inputs, context.migration, Overrides()), inputs.function
    text = "\n".join([str(change), "", *(f"  {each}" for each in change.differences), "", _repository(context)])
    data: dict[str, Any] = {"change": change.to_dict(), "plan": plan.to_dict()}
    if dry_run:
        return Result({**data, "dry_run": True}, text)
    context.terminal.say(text)
    confirm(Question("Take this over into the service?"))
    written, kept = _lift_again(context)
    if plan.steps:
        require_no_other_run(context, plan.phase)
    version = phase.publish(context, plan, function)
    with open_ledger(context, function.arn) as ledger:
        recording.record(ledger, inputs.snapshot, function.arn, version=version, reason=reason or str(change))
        path = announce.announce(context, inputs.snapshot, change.since)
        ledger.note(recording.ANNOUNCED, function=function.arn)
    data |= {"version": version, "written": written, "kept": kept, "announcement": str(path)}
    text = f"\nTaken over: version {version} is the original now; {len(written)} files of the repository are new."
    if kept:
        text += f"\nEdited by the team, review them yourself: {', '.join(kept)} (`lambda-migrate init --diff`)."
    return Result(data, text, ("service deploy", "proxy deploy"))


def end(context: Context, *, confirm: Confirm, dry_run: bool) -> Result:
    """End the freeze, its denials with it.

    Raises:
        GateClosed: The function is not frozen.
    """
    function = _frozen_function(context)
    steps = [step for each in recording.denials(context.ledger) for step in each.applied_steps]
    text = "\n".join([f"The freeze of {context.migration.function} ends.", *(s.action.describe() for s in steps)])
    if dry_run:
        return Result({"denials": [step.id for step in steps], "dry_run": True}, text)
    context.terminal.say(text)
    confirm(Question("End the freeze?"))
    with at_work(context, function) as executor:
        undone = recording.lift(executor, by="freeze --lift")
        ended = executor.ledger.last_at
    error = announce.over(context, ended)
    return Result({"denials": [step.id for step in undone]}, "The freeze is over.", ("status",), error=error)


def _change(context: Context) -> tuple[ForeignChange | None, Record]:
    record = _require_frozen(context)
    context.progress.begin("comparing the function with what was recorded")
    change = freeze.check(context.aws_read_only, context.ledger, context.migration.function)
    context.progress.end()
    return change, record


def _require_frozen(context: Context) -> Record:
    record = frozen(context.ledger)
    if record is None or record.note is None:
        hint = "`lambda-migrate freeze` announces it"
        raise GateClosed("the function is not frozen", gate=not_frozen.NAME, hint=hint)
    return record


def _frozen_function(context: Context) -> str:
    """Return the ARN of the function that is frozen."""
    return str((_require_frozen(context).note or {})["function"])


def _repository(context: Context) -> str:
    folder, source = context.service_folder, context.migration.source
    if not folder.is_dir():
        return "There is no repository yet."
    if source:
        return f"The repository `{folder}` follows, from the code in `{source}`: bring that up to date first."
    return f"The repository `{folder}` follows."


def _lift_again(context: Context) -> tuple[list[str], list[str]]:
    """Lift the function again into the repository; return what was written, and what the team's edits kept."""
    if not context.service_folder.is_dir():
        return [], []
    config = context.migration
    context.progress.begin("downloading the package")
    deployed = lift.read_function(context.aws_read_only, config.function)
    if config.source:
        code = scaffold.from_directory(context.folder / config.source)
    else:
        code = lift.source(context.aws_read_only, deployed)
    options = scaffold.Options(
        context.service_folder,
        config.service.target.kind,
        signing_keys=config.proxy.signing_keys or "",
        accepted=code_gate.accepted(context),
    )
    writes = scaffold.plan(code, lift.completed(deployed.facts, code), options)
    context.progress.end()
    written = scaffold.write(writes, context.service_folder)
    return list(written), [write.path for write in writes if write.state == "kept"]
