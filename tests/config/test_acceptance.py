"""What is accepted holds where the team has said so, and nowhere else."""

from __future__ import annotations

import pytest

from lambda_migrate.config import parse

EVERY = ("service", "proxy", "cutover", "direct", "retire", "rotate", "rotate-finish")
EARLIER = tuple(phase for phase in EVERY if phase != "retire")


@pytest.mark.parametrize(
    ("accepted", "phases"),
    [
        pytest.param("{rule: 'trigger:s3', reason: stays for now}", EARLIER, id="not said"),
        pytest.param("{rule: 'trigger:s3', reason: stays for good, phases: [retire]}", ("retire",), id="to the end"),
        pytest.param("{rule: traffic, reason: a monitor asks}", EVERY, id="a gate that retire alone asks"),
        pytest.param("{rule: LM101, reason: looked at}", EARLIER, id="a rule of the analyzer"),
    ],
)
def test_it_holds_in_the_phases_that_are_named_and_for_the_end_only_where_that_is(
    accepted: str, phases: tuple[str, ...]
) -> None:
    (acceptance,) = parse(f"function: orders\naccept: [{accepted}]\n").accept

    assert tuple(phase for phase in EVERY if acceptance.holds_in(phase)) == phases
