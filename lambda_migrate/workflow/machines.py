"""Takes the lock between machines for a command that changes something, and sees that the ledger lacks nothing."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from lambda_migrate.aws.arn import function_name
from lambda_migrate.engine.machines import Machines, read
from lambda_migrate.engine.runs import runs
from lambda_migrate.engine.work import LAG
from lambda_migrate.errors import LedgerBroken, MigrateError, NotAllowed, NotFound
from lambda_migrate.function.documents import PROXY_MARKER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.ledger import Ledger
    from lambda_migrate.engine.machines import Claim
    from lambda_migrate.engine.tail import Tail
    from lambda_migrate.workflow.context import Context

HINT = (
    "`lambda-migrate adopt` brings it back, from version control or from what AWS shows; or copy it from the machine"
    " that wrote it; nothing was changed"
)


@contextmanager
def alone(
    ledger: Ledger, aws: Aws, function: str, command: str, tell: Callable[[str], None], now: Callable[[], float]
) -> Iterator[Machines]:
    """Be the only one on all machines that works on a function, for as long as the block lasts.

    Args:
        ledger: Open for writing.
        aws: A session that may change things.
        function: The function's ARN, unqualified.
        command: What is running.
        tell: Told where AWS does not let us take the lock, or let go of it.
        now: The time, in seconds since the epoch.

    Raises:
        Locked: A run on another machine holds it.
        LedgerBroken: The ledger lacks what AWS shows of ours.
    """
    name = function_name(function)
    machines = Machines(aws, name, command, now)
    try:
        before = machines.acquire()
    except NotAllowed as error:
        tell(f"no lock between machines: {error.message}")
        yield machines
        return
    tail = before.tail
    try:
        _require_whole(ledger, tail, name)
        _require_known(ledger, aws, name)
        yield machines
        tail = ledger.tail
    except LedgerBroken:
        raise
    except BaseException:
        tail = ledger.tail
        raise
    finally:
        try:
            machines.release(tail)
        except MigrateError as error:
            tell(f"the lock between machines was not let go of: {error.message}")


def held(context: Context) -> Claim | None:
    """Return what the function's alias says of who works on it; None without a configuration, or an alias of ours."""
    return read(context.aws_read_only, context.migration.function) if context.configured else None


def lacking(context: Context) -> MigrateError | None:
    """Return the error that AWS knows of a record which the ledger lacks, or that AWS could not be asked."""
    try:
        claim = held(context)
        if claim is not None:
            _require_whole(context.ledger, claim.tail, context.migration.function)
        if context.configured:
            _require_known(context.ledger, context.aws_read_only, function_name(context.migration.function))
    except MigrateError as error:
        return error
    return None


def evict(context: Context) -> None:
    """Take the lock from whoever holds it, and let go of it."""
    machines = Machines(context.aws, context.migration.function, "unlock", context.clock.now)
    machines.release(machines.acquire(evict=True).tail)


def clear(context: Context) -> None:
    """Let go of the lock that a run has left behind which was killed, where AWS shows one and lets us."""
    with suppress(MigrateError):  # the next command that changes something takes it over as well
        claim, last = held(context), context.ledger.projection.last
        if claim is None and last is not None and context.clock.now() < last.time + LAG:
            context.progress.sleep(LAG)  # what was made a moment ago need not show yet
            claim = held(context)
        if claim is not None and claim.holder is not None:
            machines = Machines(context.aws, function_name(context.migration.function), "rollback", context.clock.now)
            machines.release(machines.acquire().tail)


def _require_whole(ledger: Ledger, tail: Tail, function: str) -> None:
    """Refuse a ledger that does not hold the record that the last run, wherever it was, wrote last."""
    if not ledger.holds(tail):
        lacks = f"ends at record {ledger.tail.seq}" if ledger.tail.seq < tail.seq else "has another history"
        lacks = lacks if ledger.tail.seq else "does not exist, or is empty"
        raise LedgerBroken(
            f"`{ledger.path.name}` {lacks}, and AWS knows of record {tail.seq} about `{function}`", hint=HINT
        )


def _require_known(ledger: Ledger, aws: Aws, function: str) -> None:
    """Refuse a ledger that knows of no proxy version where there is one."""
    if any("publish_version" in run.kinds.values() for run in runs(ledger)):
        return
    try:
        versions = list(aws.pages("lambda", "list_versions_by_function", "Versions", FunctionName=function))
    except (NotFound, NotAllowed):
        return
    ours = [each["Version"] for each in versions if str(each.get("Description", "")).startswith(PROXY_MARKER)]
    if ours:
        raise LedgerBroken(
            f"`{ledger.path.name}` knows nothing of version {ours[-1]} of `{function}`, which we made", hint=HINT
        )
