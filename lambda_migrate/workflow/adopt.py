"""Brings a lost ledger back: from version control where it is there, else from what AWS shows of the migration.

What is made from AWS holds what a way back needs first: which version is the original, which one proxies, and where the
alias stands. Triggers stay on the alias, which a rollback puts on the original version: no request and no event depends
on how they got there. What a trigger pointed at before, and what `cutover --direct` moved, AWS does not show: neither
is made up, and each is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.function.pin_version import PinVersion
from lambda_migrate.actions.function.publish_version import PublishVersion
from lambda_migrate.actions.function.shift_weight import ShiftWeight
from lambda_migrate.engine.ledger import Ledger
from lambda_migrate.engine.machines import Machines
from lambda_migrate.engine.plan import Plan, Step
from lambda_migrate.errors import ConfigError, MigrateError
from lambda_migrate.function.documents import LATEST, PIN, pin_of
from lambda_migrate.function.versions import original, proxied
from lambda_migrate.regular_file import create
from lambda_migrate.render.drawing import hanging
from lambda_migrate.render.plan import steps as rendered
from lambda_migrate.render.result import Result
from lambda_migrate.scaffold import git
from lambda_migrate.triggers import labelled
from lambda_migrate.workflow import machines, reading
from lambda_migrate.workflow.phase import Question

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lambda_migrate.function.model import Alias, Function
    from lambda_migrate.inventory import Inventory
    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.phase import Confirm

WHOLE = 100
GONE = (
    "whatever `cutover --direct` has moved to the service stays there: AWS does not show where it was before; re-point"
    " it by hand, or restore a copy of the ledger first"
)


@dataclass(frozen=True)
class Committed:
    """A ledger of version control that holds the record that AWS knows of last."""

    commit: str
    content: bytes


def adopt(context: Context, *, confirm: Confirm, dry_run: bool) -> Result:
    """Bring the ledger back that AWS shows to be missing, or to end too early.

    Args:
        context: Of the command.
        confirm: Asks, and raises where the answer is no.
        dry_run: Stop after showing what would be written.

    Raises:
        MigrateError: The ledger cannot be written, or AWS shows nothing that it could be made from.
    """
    lacks = machines.lacking(context)
    if lacks is None:
        return Result({"from": None}, "The ledger holds all that AWS knows of: there is nothing to adopt.", ("status",))
    committed = _committed(context)
    if committed:
        return _restore(context, committed, confirm, dry_run=dry_run)
    inventory = reading.inventory_of(context)
    plans = rebuilt(inventory.function, inventory.alias, inventory.fingerprint)
    if not plans:
        raise lacks
    lines = [line for plan in plans for line in rendered(plan.steps, context.paint)]
    left = list(not_recorded(inventory))
    listed = [line for each in left for line in hanging(f"  · {each}", context.paint.width)]
    head = [context.heading("adopt"), "", "What AWS shows, to be recorded as done:", *lines]
    text = "\n".join([*head, "", "What cannot be recorded, and what that means for `rollback`:", *listed])
    data: dict[str, Any] = {"from": "AWS", "plans": [plan.to_dict() for plan in plans], "not_recorded": left}
    if dry_run:
        return Result({**data, "dry_run": True}, text)
    context.terminal.say(text)
    confirm(Question(f"Write this to `{context.ledger_path}`?"))
    aside = _aside(context.ledger_path)
    _record(context, inventory.function, plans)
    told = f" What was there is in `{aside}`." if aside else ""
    return Result(data, f"\nThe ledger is made from what AWS shows.{told}", ("status", "rollback --dry-run"))


def rebuilt(function: Function, alias: str, fingerprint: str) -> list[Plan]:
    """Return what has been done to a function, as far as AWS shows it, as plans whose every step is applied.

    Args:
        function: The function as it is.
        alias: Name of the traffic alias.
        fingerprint: Of the world that it was read from.
    """
    latest, first = proxied(function), _original(function)
    if latest is None:
        return []
    published = PublishVersion(function.name, latest.code_sha256, latest.description)
    about = {"events": latest.proxy_events, "marker": latest.description}
    pinned = [PinVersion(function.name, each.version) for each in function.aliases if each.name == pin_of(each.version)]
    pins = (Step(f"{number:02}-pin_version", each) for number, each in enumerate(pinned, 2))
    steps = (Step("01-publish_version", published), *pins)
    plans = [Plan("proxy", function.arn, fingerprint, steps, summary=about)]
    traffic = function.alias(alias)
    if first and traffic and latest.number in (traffic.version, *traffic.weights):
        shifted = ShiftWeight(function.name, alias, {"version": first, "weights": {}}, _position(traffic))
        percent = round(traffic.weights.get(latest.number, 1.0) * WHOLE)
        about = {"alias": alias, "from": first, "to": latest.number, "events": latest.proxy_events}
        about |= {"holds": str(percent)} if percent < WHOLE else {}
        step = Step("01-shift_weight", shifted, f"{percent} % of the traffic on the proxy", "weight")
        plans.append(Plan("cutover", function.arn, fingerprint, (step,), summary=about))
    return plans


def not_recorded(inventory: Inventory) -> Iterator[str]:
    """Yield what AWS does not show of the way until here, a line each: the triggers, and those that are gone.

    Args:
        inventory: The function and its triggers as they are.
    """
    alias = inventory.alias
    for trigger in inventory.triggers:
        if trigger.qualifier == alias:
            yield f"{labelled(trigger)} stays on alias `{alias}`, which `rollback` puts on the original version"
    yield GONE


def _original(function: Function) -> str:
    """Return the number of the original version: the one that is pinned, else one that is all that `$LATEST` is."""
    pin, same = function.alias(PIN), original(function)
    if pin and pin.version != LATEST:
        return pin.version
    return same.number if same else ""


def _position(alias: Alias) -> dict[str, Any]:
    return {"version": alias.version, "weights": dict(alias.weights)}


def _record(context: Context, function: Function, plans: list[Plan]) -> None:
    """Write the ledger, and leave its end where AWS says what it has to hold."""
    by, words = context.aws.identity["Arn"], " ".join(context.command)
    lock = Machines(context.aws, function.name, words, context.clock.now)
    lock.acquire()
    identity = context.require_ledger_identity(function.arn)
    with Ledger.open(context.ledger_path, identity, command=words, by=by, clock=context.clock.moment) as ledger:
        ledger.note("adopted", function=function.arn)
        for plan in plans:
            document = plan.to_dict()
            run = ledger.note("plan", plan=document).seq
            for step in document["steps"]:
                ledger.append("intent", id=step["id"], run=run, action=step["action"])
                ledger.append("applied", id=step["id"], run=run)
            ledger.note("finished", run=run)
        lock.release(ledger.tail)


def _committed(context: Context) -> Committed | None:
    """Return the newest ledger of version control that holds what AWS knows of last; None without one."""
    claim = machines.held(context)
    draft = context.ledger_path.with_suffix(".adopting")
    for commit, content in git.versions(context.ledger_path):
        try:
            create(draft, content)
            ledger = Ledger.read(draft)
            if ledger.identity and claim and claim.tail.seq and ledger.holds(claim.tail):
                return Committed(commit, content)
        except (MigrateError, OSError):
            continue
        finally:
            draft.unlink(missing_ok=True)
    return None


def _restore(context: Context, committed: Committed, confirm: Confirm, *, dry_run: bool) -> Result:
    text = f"Commit {committed.commit} has the ledger that AWS knows of; it becomes `{context.ledger_path}` again."
    data = {"from": committed.commit}
    if dry_run:
        return Result({**data, "dry_run": True}, text)
    context.terminal.say(text)
    confirm(Question("Bring it back?"))
    aside = _aside(context.ledger_path)
    try:
        create(context.ledger_path, committed.content)
    except OSError as error:
        raise ConfigError(f"`{context.ledger_path}` cannot be written: {error.strerror}", hint="make room") from error
    told = f" What was there is in `{aside}`." if aside else ""
    return Result(data, f"The ledger is back.{told}", ("status",))


def _aside(ledger: Path) -> Path | None:
    """Move what is left of a ledger, and its index, out of the way; return where it is now."""
    kept = None
    for path in (ledger, ledger.with_suffix(".index")):
        if path.exists():
            number = next(n for n in range(1, 10_000) if not path.with_name(f"{path.name}.{n}.lost").exists())
            kept = path.rename(path.with_name(f"{path.name}.{number}.lost"))
    return ledger.with_name(kept.name) if kept and kept.suffix == ".lost" else None
