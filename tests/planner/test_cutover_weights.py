"""The weights of a cutover: from wherever they stand, step by step to the target."""

from __future__ import annotations

from hypothesis import given, settings, strategies

from lambda_migrate.engine.plan import Guard
from lambda_migrate.function.model import Alias, Qualified
from tests.planner import worlds
from tests.planner.canary import at, moves, planned, side


def test_the_weights_rise_step_by_step_and_end_without_weights() -> None:
    assert moves(planned(at("1"), weights=[5, 100])) == [
        (side("1"), side("1", v3=0.05)),
        (side("1", v3=0.05), side("3")),
    ]


def test_only_weight_steps_are_gated_and_baked() -> None:
    plan = planned(worlds.PROXIED, bake=42.0)

    gated = [(step.action.kind, step.bake) for step in plan.steps if step.gated]
    assert gated == [("shift_weight", 42.0)] * 3
    assert plan.steps[-3:] == tuple(step for step in plan.steps if step.gated)


def test_a_canary_that_stands_half_way_goes_on_from_there() -> None:
    assert moves(planned(at("1", {"3": 0.5}))) == [(side("1", v3=0.5), side("3"))]


def test_a_canary_of_an_older_proxy_version_becomes_one_of_the_newest() -> None:
    assert moves(planned(at("1", {"2": 0.1}), weights=[10, 100])) == [
        (side("1", v2=0.1), side("1", v3=0.1)),
        (side("1", v3=0.1), side("3")),
    ]


def test_weights_that_end_below_all_of_it_are_held_there() -> None:
    plan = planned(at("1"), weights=[10])

    assert moves(plan) == [(side("1"), side("1", v3=0.1))]
    assert plan.summary["holds"] == "10"
    assert moves(planned(at("1", {"3": 0.1}), weights=[50])) == [(side("1", v3=0.1), side("1", v3=0.5))]
    assert planned(at("1", {"3": 0.1}), weights=[10]).steps == ()


def test_each_weight_is_guarded_whether_or_not_it_is_accepted_that_it_cannot_be() -> None:
    settings = "cutover: {grace: 5m, hold: 2h}\n"
    accepted = "accept: [{rule: no-guard, reason: watched by two}]\n"

    plans = [planned(at("1"), extra, weights=[10, 100]) for extra in (settings, settings + accepted)]

    guards = [[step.guard for step in plan.steps if step.gated] for plan in plans]
    assert guards == [[Guard(300.0, 7200.0)] * 2, [Guard(300.0, 7200.0, required=False)] * 2]
    assert [warning for plan in plans for warning in plan.warnings if "no-guard" in warning] == [
        "accepted (watched by two): no-guard: where AWS refuses the schedule, nothing puts the weights back by itself"
    ]


def test_weights_that_are_left_over_beside_the_target_are_taken_off() -> None:
    assert moves(planned(at("3", {"1": 0.2}))) == [(side("3", v1=0.2), side("3"))]


def test_provisioned_concurrency_on_the_alias_excludes_weights_and_not_the_whole_move() -> None:
    qualified = {"live": Qualified(provisioned=2)}

    assert [blocker.partition(":")[0] for blocker in planned(at("1", qualified=qualified)).blockers] == [
        "provisioned-concurrency"
    ]
    assert planned(at("1", qualified=qualified), weights=[100]).blockers == ()


def test_versions_of_different_roles_exclude_weights() -> None:
    versions = (worlds.version("1", role="arn:aws:iam::123456789012:role/old"), worlds.version("2", "all"))
    found = worlds.inventory(versions=versions, alias=Alias("live", "1"))

    assert [blocker.partition(":")[0] for blocker in planned(found).blockers] == ["versions-differ"]
    assert planned(found, weights=[100]).blockers == ()


PERCENTS = strategies.lists(strategies.integers(1, 99), unique=True, max_size=5).map(lambda each: [*sorted(each), 100])


@settings(deadline=None)  # a machine that is busy is not a fault
@given(
    weights=PERCENTS,
    start=strategies.sampled_from(["1", "2", "3"]),
    canary=strategies.sampled_from(["1", "2", "3"]),
    share=strategies.integers(0, 99),
)
def test_from_wherever_it_starts_it_ends_whole_on_the_target_and_then_has_nothing_to_do(
    weights: list[int], start: str, canary: str, share: int
) -> None:
    standing = side(start, **({f"v{canary}": share / 100} if share and canary != start else {}))
    found = at(standing["version"], standing["weights"])

    shares = []
    for before, after in moves(planned(found, weights=weights)):
        assert before == standing
        standing = after
        shares.append(after["weights"].get("3", 1.0 if after["version"] == "3" else 0.0))

    assert standing == side("3")
    assert shares == sorted(set(shares))
    assert planned(at("3"), weights=weights).steps == ()


def test_an_alias_on_latest_is_brought_to_the_original_version_first() -> None:
    """Lambda puts weights between two published versions only."""
    plan = planned(at("$LATEST"), weights=[10, 100])

    assert moves(plan) == [
        (side("$LATEST"), side("1")),
        (side("1"), side("1", v3=0.1)),
        (side("1", v3=0.1), side("3")),
    ]
    assert [step.gated for step in plan.steps] == [False, True, True]
