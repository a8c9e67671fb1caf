"""Evicts a run that is gone but still holds the ledger: here, on another machine, or in another folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.engine.ledger import Ledger, lock_of
from lambda_migrate.engine.lock import Holder
from lambda_migrate.errors import Locked, MigrateError
from lambda_migrate.render.result import Result
from lambda_migrate.workflow import machines
from lambda_migrate.workflow.phase import Question

if TYPE_CHECKING:
    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.phase import Confirm

ALIVE = "It is still working: evicting it lets two runs change AWS at once."
IF_ALIVE = "If that run is still working, evicting it lets two runs change AWS at once."


def evict(context: Context, confirm: Confirm, person: Confirm) -> Result:
    """Evict whoever holds the ledger, once that is confirmed.

    Args:
        context: Of the command.
        confirm: Asks, unless the command line has answered.
        person: Asks a person, whatever the command line says: the run lives.

    Raises:
        Locked: It lives on this machine, and nobody can be asked; or another run holds the ledger by now.
    """
    path = context.ledger_path
    lock = lock_of(path)
    holder = lock.holder()
    if holder is None and not lock.path.exists():
        return _elsewhere(context, confirm)
    whom = str(holder) if holder else "somebody whose lock file cannot be read"
    context.terminal.say(f"`{path.name}` is held by {whom}.")
    alive = lock.alive
    if alive:
        _require_person(context, path.name, holder)
    if alive or (holder and not holder.gone):
        context.terminal.say(ALIVE if alive else IF_ALIVE)
    (person if alive else confirm)(Question("Evict it?"))
    current = lock.holder()
    _require_same(path.name, holder, current, str(current))
    lock.evict()
    return Result({"evicted": _shown(holder)}, f"Evicted {whom}.", ("status",), _record(context, whom))


def _require_person(context: Context, name: str, holder: Holder | None) -> None:
    """Refuse to evict a live run if only `--yes` agrees: scripts pass it to everything.

    Raises:
        Locked: There is nobody to ask.
    """
    if context.options.json or not context.terminal.interactive:
        stop = f"`kill {holder.pid}` ends it at a clean point" if holder else "end it"
        raise Locked(
            f"`{name}` is held by {holder or 'a run that is starting or ending right now'}, which is still working",
            hint=f"wait for it, or {stop}; then the next command carries on",
        )


def _elsewhere(context: Context, confirm: Confirm) -> Result:
    """Evict a run on another machine, or in another folder, which the function's alias names."""
    nobody = Result({"evicted": None}, f"Nothing holds `{context.ledger_path.name}`.", ("status",))
    claim = machines.held(context)
    if claim is None or claim.holder is None:
        return nobody
    whom, function = claim.summary(context.clock.now()), context.migration.function
    context.terminal.say(f"`{function}` is held by {whom}.")
    context.terminal.say(IF_ALIVE)
    confirm(Question("Evict it?"))
    now = machines.held(context)
    if now is not None:
        _require_same(function, claim.holder, now.holder, now.summary(context.clock.now()))
    machines.evict(context)
    return Result({"evicted": _shown(claim.holder)}, f"Evicted {whom}.", ("status",))


def _require_same(name: str, shown: Holder | None, holder: Holder | None, whom: str) -> None:
    """Refuse to evict another run than the one that was shown: it has begun while the question stood.

    Raises:
        Locked: Another run holds it by now.
    """
    if holder is not None and holder != shown:
        raise Locked(f"`{name}` is held by {whom} by now", hint="nobody was evicted; see `lambda-migrate status`")


def _shown(holder: Holder | None) -> dict[str, object]:
    return holder._asdict() if holder else {}


def _record(context: Context, whom: str) -> MigrateError | None:
    """Note the eviction in the ledger, where there is one; return why that could not be done."""
    try:
        if identity := context.ledger.identity:
            me = Holder.this_process("unlock")
            with Ledger.open(context.ledger_path, identity, command="unlock", by=f"{me.who}@{me.host}") as ledger:
                ledger.note("evicted", of=whom)
    except MigrateError as error:
        return error
    return None
