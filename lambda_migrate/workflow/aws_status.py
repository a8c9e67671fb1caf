"""What AWS itself shows of the migration: who works on the function, and what would put its traffic back."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.engine.guard_role import name_of
from lambda_migrate.engine.guard_schedule import armed_schedule
from lambda_migrate.engine.guarded_steps import is_left
from lambda_migrate.engine.machines import decode
from lambda_migrate.errors import MigrateError, NoCredentials
from lambda_migrate.function.documents import PIN
from lambda_migrate.verify.check import Check
from lambda_migrate.workflow import standing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.guard_schedule import ArmedSchedule
    from lambda_migrate.engine.ledger import Ledger
    from lambda_migrate.workflow.context import Context

LOCK, GUARD = "lock in AWS", "guard in AWS"
CLEANUP = "`lambda-migrate cleanup` removes it"


def checks(aws: Aws, function: str, ledger: Ledger, now: float) -> Iterator[Check]:
    """Yield who works on the function by its alias, whether schedule and ledger agree, and what was put back.

    Args:
        aws: A session that only looks.
        function: Name of the function.
        ledger: What this machine knows.
        now: The time, in seconds since the epoch.
    """
    looks = {LOCK: partial(_lock, aws, function, now), GUARD: partial(_guard, aws, function, ledger, now)}
    for name, look in looks.items():
        try:
            yield look()
        except NoCredentials:
            raise
        except MigrateError as error:
            yield Check(name, "fail", error.message, error.hint)
    yield from standing.checks(aws, ledger, now)


def _lock(aws: Aws, function: str, now: float) -> Check:
    alias = read_or_none(aws, "lambda", "get_alias", FunctionName=function, Name=PIN)
    if alias is None:
        return Check(LOCK, "skip", f"nothing is locked: alias `{PIN}` does not exist")
    claim = decode(alias.get("Description", ""))
    if claim is None:
        text = f"the description of alias `{PIN}` is not ours: `{alias.get('Description', '')}`"
        return Check(LOCK, "warn", text, "find out whose it is; commands that change something refuse it")
    if claim.holder is None:
        return Check(LOCK, "pass", "nobody works on the function")
    if claim.until <= now:
        text = f"{claim.summary(now)}: expired at {_time(claim.until)}"
        return Check(LOCK, "warn", text, "the next command that changes something takes it over")
    until = f"until {_time(claim.until)}, renewed while it lasts"
    hint = "wait for it; where that process is gone, `lambda-migrate unlock` evicts it"
    return Check(LOCK, "warn", f"held by {claim.summary(now)} ({until})", hint)


def _guard(aws: Aws, function: str, ledger: Ledger, now: float) -> Check:
    name, armed = name_of(function), armed_schedule(ledger)
    schedule = read_or_none(aws, "scheduler", "get_schedule", Name=name)
    if armed is None:
        return _unknown(name, schedule, ledger) if schedule else _none(aws, name)
    if is_left(ledger):
        return Check(GUARD, "warn", f"`{name}` guards traffic that is back already", CLEANUP)
    if schedule is not None:
        return _standing(name, armed, schedule, now)
    if now >= armed.at:
        return Check(GUARD, "pass", armed.summary(now))
    text = f"AWS has no schedule `{name}`, which the ledger expects at {armed.time}: nothing would put traffic back"
    return Check(GUARD, "fail", text, "somebody deleted it: `cutover` sets it again, `rollback --last` goes back")


def _standing(name: str, armed: ArmedSchedule, schedule: Document, now: float) -> Check:
    """Return whether a schedule is as the ledger says."""
    when = _when(schedule)
    told = f"schedule `{name}` {_what(schedule)} at {when} UTC"
    if when != datetime.fromtimestamp(armed.at, UTC).strftime("%Y-%m-%dT%H:%M:%S"):
        return Check(GUARD, "warn", f"{told}, the ledger says {armed.time}", "`cutover` or `rollback` sets it right")
    return Check(GUARD, "pass", armed.summary(now))


def _none(aws: Aws, name: str) -> Check:
    """Return that there is no schedule, and whether its role is left."""
    expected = "no schedule would put traffic back, and the ledger expects none"
    try:
        role = read_or_none(aws, "iam", "get_role", RoleName=name)
    except NoCredentials:
        raise
    except MigrateError as error:
        return Check(GUARD, "skip", f"{expected}; whether its role is left could not be checked ({error.message})")
    if role is None:
        return Check(GUARD, "skip", expected)
    return Check(GUARD, "warn", f"{expected}, but its role `{name}` is left", CLEANUP)


def _unknown(name: str, schedule: Document, ledger: Ledger) -> Check:
    """Return that a schedule would move traffic at a time that the ledger does not know."""
    told = f"schedule `{name}` {_what(schedule)} at {_when(schedule)} UTC"
    hint = f"bring back the ledger that set it, or `aws scheduler delete-schedule --name {name}`"
    return Check(GUARD, "fail", f"{told}, and `{ledger.path.name}` knows nothing of it", hint)


def warn_of_schedule(context: Context, function: str) -> None:
    """Report on standard error a schedule that would move traffic and that the ledger does not know; it stops nobody.

    Args:
        context: Of the command.
        function: Name of the function.
    """
    name = name_of(function)
    if armed_schedule(context.ledger) is not None:
        return
    try:
        schedule = read_or_none(context.aws_read_only, "scheduler", "get_schedule", Name=name)
    except NoCredentials:
        raise
    except MigrateError:
        return  # whoever may not look has set none: `cutover` asks for that permission before it does
    if schedule is not None:
        result = _unknown(name, schedule, context.ledger)
        context.terminal.say(f"{context.paint('!', 'yellow')} {result.detail}; {result.hint}")


def _when(schedule: Document) -> str:
    return str(schedule.get("ScheduleExpression", "")).removeprefix("at(").rstrip(")")


def _what(schedule: Document) -> str:
    """Return what a schedule of ours does, in a few words, whatever somebody has made of it."""
    try:
        call = json.loads((schedule.get("Target") or {}).get("Input") or "{}")
        return f"puts alias {call['Name']} back to version {call['FunctionVersion']}"
    except (ValueError, KeyError, TypeError):
        return "does something"


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")
