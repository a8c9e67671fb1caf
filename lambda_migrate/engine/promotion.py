"""Lets one step pass whose verdict was inconclusive, because a person knows better; the ledger keeps who, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.engine.runs import open_run
from lambda_migrate.errors import ConfigError, GateClosed

if TYPE_CHECKING:
    from lambda_migrate.engine.ledger import Ledger
    from lambda_migrate.engine.plan import Step
    from lambda_migrate.engine.runs import Run

INCONCLUSIVE = "inconclusive"


def waiting(ledger: Ledger) -> tuple[Run, Step] | None:
    """Return the open run and the step of it that waits for a verdict which was inconclusive, or None."""
    run = open_run(ledger)
    if run is None:
        return None
    steps = [step for step in run.unjudged if run.verdicts.get(step.id) == INCONCLUSIVE]
    return (run, steps[0]) if steps else None


def candidate(ledger: Ledger, reason: str) -> tuple[Run, Step]:
    """Return the run and the step that may pass for a reason.

    Raises:
        ConfigError: No reason is given.
        GateClosed: No step waits: a fail is not promoted, nor is what has not been judged.
    """
    if not reason.strip():
        raise ConfigError("`--reason` is empty", hint="say why the step may pass; the ledger keeps it")
    steps = waiting(ledger)
    if steps is None:
        raise GateClosed(
            "no step waits for an inconclusive verdict",
            gate="nothing-to-promote",
            hint="`lambda-migrate status` shows what is open; a step that failed goes back, it is not promoted",
        )
    return steps


def promote(ledger: Ledger, reason: str) -> Step:
    """Record that the step which waits passes; the next run of the same command goes on from there.

    Args:
        ledger: Open for writing.
        reason: Why, in a person's words.

    Returns:
        The step.

    Raises:
        ConfigError, GateClosed: As for :func:`candidate`.
    """
    run, step = candidate(ledger, reason)
    reasons = [f"promoted: {reason.strip()}"]
    run.take(ledger.note("verdict", run=run.number, id=step.id, result="pass", reasons=reasons, promoted=True))
    return step
