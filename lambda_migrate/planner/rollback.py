"""Chooses which steps are rolled back, the latest first; pure."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lambda_migrate.actions.base import bars
from lambda_migrate.errors import ConfigError
from lambda_migrate.gates import signing_key_dropped
from lambda_migrate.gates.gate import closed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.engine.plan import Step
    from lambda_migrate.engine.runs import Run


@dataclass(frozen=True)
class Rollback:
    """What is rolled back.

    Attributes:
        runs: The runs that are gone through, the oldest first.
        steps: Their steps on the way, by run, the latest first.
        skipped: Steps of them that are left as they are.
        irreversible: The step before which it ends, because that cannot be undone and the rest needs what it took; None
            if there is none.
        to: The step that it goes back to, which stays applied; "" where everything goes back.
        rest: All runs of the ledger as they will be.
    """

    runs: tuple[Run, ...]
    steps: tuple[tuple[Run, tuple[Step, ...]], ...]
    skipped: tuple[Step, ...] = ()
    irreversible: Step | None = None
    to: str = ""

    rest: tuple[Run, ...] = ()

    @property
    def every(self) -> tuple[Step, ...]:
        """The steps of all runs, the latest first."""
        return tuple(step for _run, steps in self.steps for step in steps)


def choose(
    runs: Sequence[Run], *, last: bool = False, to: str = "", skip: Sequence[str] = (), keep: Sequence[str] = ()
) -> Rollback:
    """Choose the steps to roll back.

    Args:
        runs: Of the ledger, the oldest first.
        last: Only the latest run of which something is applied.
        to: The step to go back to, which stays applied; "" rolls back all.
        skip: Steps to leave as they are, which have to be on the way.
        keep: The same for steps that need not be on the way.

    Raises:
        ConfigError: The step to go back to, or one to leave, is not applied.
    """
    applied = tuple(run for run in runs if not run.is_back)
    chosen = applied[-1:] if last else applied
    on_the_way = [(run, step) for run in reversed(chosen) for step in run.to_undo]
    for name in (to, *skip):
        if name and not any(run.is_called(step, name) for run, step in on_the_way):
            raise _unknown(name, [step.id for _run, step in on_the_way])
    ends = next((place for place, (run, step) in enumerate(on_the_way) if to and run.is_called(step, to)), None)
    on_the_way = on_the_way[:ends]
    final = next(((run, step) for run, step in on_the_way if bars(step.action)), None)
    if final is not None:
        on_the_way = on_the_way[: on_the_way.index(final)]
        to = f"{final[0].number}/{final[1].id}"
    left = [(run, step) for run, step in on_the_way if any(run.is_called(step, name) for name in (*skip, *keep))]
    steps = tuple(_by_run(chosen, [each for each in on_the_way if each not in left]))
    skipped = tuple(step for _run, step in left)
    return Rollback(chosen, steps, skipped, final[1] if final else None, to, _rest(runs, steps))


def dead_keys(chosen: Rollback) -> Iterator[Blocker]:
    """Yield why a version cannot answer that traffic would end at: the key that it signs with is dropped."""
    dropped = {
        run.actions[step]["key"]
        for run in chosen.rest
        for step, kind in run.kinds.items()
        if kind == "drop_signing_key" and run.first
    }
    moves = any(each.startswith("shift_weight") for run in chosen.rest for each in _kinds(run))
    for run, _steps in chosen.steps:
        key = run.summary.get("drops", "")
        if run.phase == "rotate" and key in dropped and moves:
            text = f"traffic would end at a version that signs with key {key}, which is dropped and refused"
            yield closed(signing_key_dropped, f"{text}; roll back all of it (`lambda-migrate rollback`)")


def _kinds(run: Run) -> list[str]:
    return [run.kinds[name] for name in run.applied]


def traffic(runs: Sequence[Run]) -> str:
    """Return where traffic goes, as the ledger has it, in one clause.

    Args:
        runs: Of the ledger, the oldest first.
    """
    pointed = {phase: _pointed(runs, phase) for phase in ("direct", "cutover")}
    if pointed["direct"]:
        return f"the service, without Lambda ({', '.join(pointed['direct'])})"
    stands = ((run, step) for run in reversed(runs) for step in reversed(run.applied))
    moved = next((run.actions[step] for run, step in stands if run.kinds[step] == "shift_weight"), None)
    if moved:
        shares = "".join(f", {share * 100:g} % at {each}" for each, share in moved["after"]["weights"].items())
        return f"alias {moved['alias']}, version {moved['after']['version']}{shares}"
    if pointed["cutover"]:
        return "the alias, on the original version"
    return "the original, as before the migration"


def _pointed(runs: Sequence[Run], phase: str) -> list[str]:
    """Return the kinds of trigger that a phase has moved and that still are where it moved them."""
    steps = [run.step(name) for run in runs if run.phase == phase for name in run.applied]
    return sorted({step.group for step in steps if ":" in step.trigger})


def _rest(runs: Sequence[Run], gone: Sequence[tuple[Run, tuple[Step, ...]]]) -> tuple[Run, ...]:
    names = {(run.number, step.id) for run, steps in gone for step in steps}
    left = [{name: each for name, each in run.applied.items() if (run.number, name) not in names} for run in runs]
    return tuple(
        run if len(each) == len(run.applied) else replace(run, applied=each)
        for run, each in zip(runs, left, strict=True)
    )


def _by_run(chosen: Sequence[Run], on_the_way: Sequence[tuple[Run, Step]]) -> Iterator[tuple[Run, tuple[Step, ...]]]:
    for run in reversed(chosen):
        steps = tuple(step for each, step in on_the_way if each is run)
        if steps:
            yield run, steps


def _unknown(name: str, known: Sequence[str]) -> ConfigError:
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean `{near[0]}`?" if near else "`lambda-migrate rollback --dry-run` lists those that are"
    return ConfigError(f"no step `{name}` is applied", hint=hint)
