"""The freeze in the ledger: begun, taken over again, lifted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.engine.runs import runs
from lambda_migrate.freeze.check import FROZEN, LIFTED, frozen
from lambda_migrate.freeze.plans import ENFORCE

ANNOUNCED = "freeze-announced"
"""Kind of the ledger's note that the announcement was written, and posted where a webhook is named."""

if TYPE_CHECKING:
    from lambda_migrate.engine.executor import Executor
    from lambda_migrate.engine.ledger import Ledger
    from lambda_migrate.engine.plan import Step
    from lambda_migrate.engine.record import Record
    from lambda_migrate.engine.runs import Run
    from lambda_migrate.freeze.snapshot import Snapshot


def record(ledger: Ledger, snapshot: Snapshot, function_arn: str, *, version: str, reason: str = "") -> Record:
    """Write what the function is into the ledger; from now on that is what it is compared with.

    Args:
        ledger: Open for writing.
        snapshot: What the function is.
        function_arn: Its ARN, unqualified.
        version: Number of the original version.
        reason: Why it was taken over again, or "".
    """
    before = frozen(ledger)
    note = before.note if before else None
    began = {"began": note.get("began", before.at)} if note and before else {}
    return ledger.note(
        FROZEN, function=function_arn, version=version, reason=reason, snapshot=snapshot.to_dict(), **began
    )


def announced(ledger: Ledger) -> bool:
    """Return whether everybody was told of the freeze that is in force."""
    began, told = (ledger.projection.latest.get(kind) for kind in (FROZEN, ANNOUNCED))
    return told is not None and (began is None or told.seq > began.seq)


def lift(executor: Executor, *, by: str) -> list[Step]:
    """End the freeze: take the denials away, and note it.

    Args:
        executor: Over the ledger that holds the freeze.
        by: The command that lifts it, ``freeze --lift`` or ``retire``.

    Returns:
        The denials that were removed; none without a freeze.
    """
    denied = denials(executor.ledger)
    taken = executor.rollback(denied) if denied else []
    if frozen(executor.ledger):
        executor.ledger.note(LIFTED, of=by)
    return taken


def denials(ledger: Ledger) -> list[Run]:
    """Return the runs whose denials stand."""
    return [run for run in runs(ledger) if run.phase == ENFORCE and (run.applied or run.dangling)]
