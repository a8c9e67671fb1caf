"""The alias' policy holds 20 KB: a plan that grants more is blocked before its first step."""

from __future__ import annotations

from dataclasses import replace

from lambda_migrate.function.model import Qualified
from lambda_migrate.planner import cutover
from tests.inventory.fake_aws import statement
from tests.planner.worlds import PROXIED, settings


def test_more_statements_than_the_policy_of_the_alias_holds_are_a_gate() -> None:
    def gates(number: int) -> list[str]:
        policy = tuple(
            statement(f"s{each}", "s3.amazonaws.com", f"arn:aws:s3:::bucket-{each:060}") for each in range(number)
        )
        qualified = {**PROXIED.function.qualified, "": Qualified(policy=policy)}
        full = replace(PROXIED, function=replace(PROXIED.function, qualified=qualified))
        plan = cutover.plan(full, settings())
        return [each for each in plan.blockers if each.startswith("quota")]

    assert gates(10) == []
    (told,) = gates(70)
    assert "with its 70 new statements, and Lambda takes 20480" in told
