"""What was found before the switch, from what is kept of it; what is kept in another form is left out."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_migrate.report.proofs import Bill, Compared, Cost, Differing, Loaded, compared, cost, loaded

AT, BY = "2026-03-01T12:00:00.000Z", "arn:aws:iam::123456789012:user/alice"
NOTE = {"kind": "shadow", "result": "fail", "compared": 12, "mismatched": 3}
GROUP = {
    "route": "GET /a",
    "path": "$.price",
    "what": "value",
    "count": 3,
    "one": "1",
    "other": "2",
    "event": "e:1",
    "size": 2,
}
SERVICE = {
    "tasks": 2,
    "decided_by": "two zones",
    "waiting": 0.0,
    "total": 72.5,
    "with_proxy": 90.0,
    "break_even": None,
    "items": [{"name": "tasks", "amount": 36.0, "basis": "2 of them"}],
}
ASSESSED: dict[str, Any] = {
    "at": AT,
    "verdict": "by cost, stay",
    "prices": "a table",
    "lacks": ["no logs"],
    "lambda": {"total": 1.5, "items": [{"name": "requests", "amount": 1.5, "basis": "10"}]},
    "service": [SERVICE, {**SERVICE, "tasks": 1, "waiting": 0.8, "break_even": 1234.0}],
}
LOAD: dict[str, Any] = {
    "at": AT,
    "result": "pass",
    "reason": "holds 10",
    "against": "https://orders.example.com",
    "remarks": ["few"],
    "steps": [{"rate": 10.0, "sent": 300, "errors": 0, "latency": {"p99": 30.0}}],
}


def test_differences_are_those_of_the_comparison_that_was_noted_and_hold_no_values() -> None:
    tally = {"compared": 12, "mismatched": 3, "differences": [GROUP]}
    differing = (Differing("GET /a", "$.price", "value", 3, "e:1"),)

    assert compared(AT, BY, NOTE, tally) == Compared(AT, BY, "fail", 12, 3, differing)
    for other in ({}, {**tally, "compared": 13}):
        assert compared(AT, BY, NOTE, other) == Compared(AT, BY, "fail", 12, 3)
    assert compared(AT, BY, {"kind": "shadow"}, tally) is None


def test_what_it_costs_is_a_bill_here_and_one_for_each_answer_there() -> None:
    more = "both, while the proxy runs: $90.00"
    items = (("tasks", 36.0, "2 of them"),)

    assert cost(ASSESSED) == Cost(
        AT,
        "by cost, stay",
        (
            Bill("on Lambda", 1.5, (("requests", 1.5, "10"),)),
            Bill(
                "as a service, 2 tasks, if 0% of the time is waiting", 72.5, items, (more, "cheaper than Lambda: never")
            ),
            Bill(
                "as a service, 1 task, if 80% of the time is waiting",
                72.5,
                items,
                (more, "cheaper than Lambda: from 1,234 invocations a month"),
            ),
        ),
        "a table",
        ("no logs",),
    )


def test_what_rate_it_holds_is_told_rate_by_rate() -> None:
    assert loaded(LOAD) == Loaded(
        AT, "pass", "holds 10", "https://orders.example.com", ((10.0, 300, 0, {"p99": 30.0}),), ("few",)
    )


@pytest.mark.parametrize("kept", [{}, {"at": AT}, {**ASSESSED, "service": None}, {**LOAD, "steps": [{"rate": "x"}]}])
def test_what_is_kept_in_another_form_is_left_out(kept: dict[str, Any]) -> None:
    assert (cost(kept), loaded(kept)) == (None, None)
