"""`unlock` evicts the run that it has shown, and no other."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.engine.ledger import lock_of
from lambda_migrate.errors import Locked
from lambda_migrate.workflow import eviction

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_migrate.engine.lock import Holder, Lock
    from lambda_migrate.workflow.phase import Question

GONE = {"who": "anna", "host": "lab", "pid": 1, "command": "cutover", "since": "2026-03-01T12:00:00Z"}


def left_behind(path: Path) -> Lock:
    """Return the lock of a ledger, which a run on another machine has left."""
    lock = lock_of(path)
    lock.path.write_text(json.dumps(GONE))
    return lock


def of(path: Path) -> Any:
    """Return what `unlock` takes of a command's context."""
    said: list[str] = []
    ledger = SimpleNamespace(identity=None)
    return SimpleNamespace(ledger_path=path, ledger=ledger, terminal=SimpleNamespace(say=said.append), said=said)


def test_a_run_that_began_while_the_question_stood_is_not_evicted(tmp_path: Path) -> None:
    path = tmp_path / "ledger.yaml"
    left, mine = left_behind(path), lock_of(path)

    def yes(_question: Question) -> None:
        left.evict()  # a colleague has unlocked it too, and goes on
        mine.acquire("rollback")

    with pytest.raises(Locked) as refused:
        eviction.evict(of(path), yes, yes)
    holder, held = lock_of(path).holder(), mine.ours
    mine.release()

    assert (held, holder and holder.command) == (True, "rollback")
    assert refused.value.message == f"`ledger.yaml` is held by {holder} by now"


@pytest.mark.parametrize("released", [False, True])
def test_the_run_that_was_shown_is_evicted_whether_or_not_it_has_ended_meanwhile(
    released: bool, tmp_path: Path
) -> None:
    path = tmp_path / "ledger.yaml"
    left = left_behind(path)

    def yes(_question: Question) -> None:
        if released:
            left.evict()

    result = eviction.evict(of(path), yes, yes)

    assert (result.data["evicted"], left.holder()) == ({**GONE, **_unknown(result.data["evicted"])}, None)


def _unknown(evicted: dict[str, Any]) -> dict[str, Any]:
    """Return what a lock of an older version does not say."""
    return {name: value for name, value in evicted.items() if name not in GONE}


def run_elsewhere(holder: Holder | None) -> Any:
    """Return what the function's alias says of who works on it."""
    return SimpleNamespace(holder=holder, summary=lambda _now: holder and holder.command)


def test_another_run_on_another_machine_is_not_evicted_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (eviction.Holder(**{**GONE, "command": each}) for each in ("cutover", "rollback"))
    claims, evicted = [run_elsewhere(second), run_elsewhere(first)], []
    monkeypatch.setattr(eviction.machines, "held", lambda _context: claims.pop())
    monkeypatch.setattr(eviction.machines, "evict", evicted.append)
    context = of(tmp_path / "ledger.yaml")
    context.migration, context.clock = SimpleNamespace(function="orders"), SimpleNamespace(now=lambda: 0.0)

    with pytest.raises(Locked) as refused:
        eviction.evict(context, lambda _question: None, lambda _question: None)

    assert (refused.value.message, evicted) == ("`orders` is held by rollback by now", [])
