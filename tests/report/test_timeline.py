"""What a ledger tells: from records alone."""

from __future__ import annotations

from typing import Any

from lambda_migrate.engine.record import Event, Record
from lambda_migrate.report.model import Judgement, Moment, Share
from lambda_migrate.report.timeline import LONGEST, story

BY = "arn:aws:sts::123456789012:assumed-role/Developer/alice"


def shift(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "shift_weight", "function": "orders", "alias": "live", "before": before, "after": after}


def side(version: str, **weights: float) -> dict[str, Any]:
    return {"version": version, "weights": {number[1:]: weight for number, weight in weights.items()}}


TENTH = shift(side("1"), side("1", v2=0.1))
WHOLE = shift(side("1", v2=0.1), side("2"))
PLAN = {
    "phase": "cutover",
    "id": "abc",
    "steps": [
        {"id": "01-shift_weight", "action": TENTH, "gated": True},
        {"id": "02-shift_weight", "action": WHOLE, "gated": True},
    ],
}


class Ledger:
    """Records in their order, a second apart."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    def add(self, event: Event, step: str = "", *, action: Any = None, **note: Any) -> Ledger:
        seq = len(self.records) + 1
        at = f"2026-03-01T12:00:{seq:02}.000Z"
        self.records.append(Record(seq, step, event, at, BY, action, "", 1 if seq > 1 else 0, note or None))
        return self

    def step(self, name: str, action: dict[str, Any], *, back: bool = False) -> Ledger:
        self.add("undo-intent" if back else "intent", name, action=action)
        return self.add("undone" if back else "applied", name)


def test_a_canary_there_and_back_is_told_in_its_shares_verdicts_and_moments() -> None:
    ledger = Ledger().add("note", kind="plan", plan=PLAN).step("01-shift_weight", TENTH)
    ledger.add("note", "01-shift_weight", kind="verdict", result="pass", reasons=["fine"], traffic={"n": 20})
    ledger.step("02-shift_weight", WHOLE).step("02-shift_weight", WHOLE, back=True)
    ledger.step("01-shift_weight", TENTH, back=True)

    told = story(ledger.records)

    begin = ledger.records[0].time
    assert [Share(each.at - begin, each.percent) for each in told.shares] == [
        Share(0.0, 0.0),
        Share(2.0, 10.0),
        Share(5.0, 100.0),
        Share(7.0, 10.0),
        Share(9.0, 0.0),
    ]
    assert list(told.judgements) == [
        Judgement("2026-03-01T12:00:04.000Z", "01-shift_weight", "pass", ("fine",), (("traffic.n", "20"),))
    ]
    assert [(each.what, each.text) for each in told.moments] == [
        ("planned", "cutover: plan abc, steps: 2"),
        ("done", "01-shift_weight: alias live: 1 → 1, 10 % on 2"),
        ("verdict", "01-shift_weight: fine"),
        ("done", "02-shift_weight: alias live: 1, 10 % on 2 → 2"),
        ("undone", "02-shift_weight: alias live: 1, 10 % on 2 → 2"),
        ("undone", "01-shift_weight: alias live: 1 → 1, 10 % on 2"),
    ]


def test_a_step_without_an_outcome_comes_last() -> None:
    ledger = Ledger().add("note", kind="plan", plan=PLAN).add("intent", "01-shift_weight", action=TENTH)
    ledger.add("note", kind="guard", state="armed")

    last = story(ledger.records).moments[-1]

    at = ledger.records[1].at
    assert last == Moment(at, BY, "open", "01-shift_weight: alias live: 1 → 1, 10 % on 2 (no outcome)")


def test_an_action_of_a_newer_version_is_told_by_its_kind() -> None:
    ledger = Ledger().add("note", kind="plan", plan=PLAN).step("01-teleport", {"kind": "teleport"})

    assert story(ledger.records).moments[-1].text == "01-teleport: teleport"


def test_of_a_long_ledger_the_latest_moments_are_kept() -> None:
    ledger = Ledger()
    for number in range(LONGEST + 50):
        ledger.records.append(Record(number, "", "note", "2026-03-01T12:00:00.000Z", BY, None, "", 0, {"kind": "x"}))

    told = story(ledger.records)

    assert (len(told.moments), told.count) == (LONGEST, LONGEST + 50)
