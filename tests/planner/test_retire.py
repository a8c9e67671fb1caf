from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.planner import retire
from tests.planner import worlds
from tests.triggers import known

if TYPE_CHECKING:
    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.inventory import Inventory
    from lambda_migrate.inventory.invocations import InvocationCounts


def planned(found: Inventory = worlds.DIRECT, evidence: InvocationCounts = worlds.QUIET, extra: str = "") -> Plan:
    return retire.plan(found, worlds.settings(extra), evidence)


def invoked(**counts: float) -> InvocationCounts:
    invocations = {name.replace("_", ":"): count for name, count in counts.items()}
    return replace(worlds.QUIET, invocations={"*": sum(counts.values()), **invocations})


def test_a_quiet_function_is_cleaned_up_around_and_deleted_last() -> None:
    plan = planned()

    assert plan.blockers == ()
    assert [step.action.kind for step in plan.steps] == [
        "save_backup",
        "remove_subscription",
        "remove_subscription",
        "delete_mapping",
        "delete_function",
    ]
    assert [step.action.reversible for step in plan.steps] == [True, False, False, False, False]


def test_traffic_of_which_the_trigger_is_known_blocks() -> None:
    evidence = replace(invoked(orders_live=3.0), explained=("orders:live",))

    assert planned(evidence=evidence).blockers == ("traffic: invocations of `orders:live` in the last 35 d: 3",)


def test_traffic_that_no_trigger_explains_blocks_and_says_so() -> None:
    assert planned(evidence=invoked(orders=1.0)).blockers == (
        "traffic: invocations of `orders` in the last 35 d: 1; no known trigger does that, so find the caller first",
    )


def test_traffic_that_only_the_total_shows_blocks_too() -> None:
    evidence = replace(worlds.QUIET, invocations={"*": 5.0, "orders": 0.0, "orders:live": 3.0})

    assert evidence.by_resource == {"orders:live": 3.0, "*": 2.0}
    assert [blocker.partition(";")[0] for blocker in planned(evidence=evidence).blockers] == [
        "traffic: invocations of `*` in the last 35 d: 2",
        "traffic: invocations of `orders:live` in the last 35 d: 3",
    ]


def test_silence_of_a_metric_that_was_never_seen_proves_nothing() -> None:
    (blocker,) = planned(evidence=replace(worlds.QUIET, known=False)).blockers

    assert blocker.startswith("no-metrics: CloudWatch has no invocations of the function at all")


def test_a_shorter_silence_than_asked_for_blocks() -> None:
    plan = planned(evidence=replace(worlds.QUIET, quiet=3600.0))

    assert plan.blockers == ("quiet-period: the metrics cover 1 h, `retire.quiet` asks for 35 d",)


def test_invocations_that_may_still_run_block() -> None:
    plan = planned(evidence=replace(worlds.QUIET, in_flight=2.0))

    assert plan.blockers == (
        "in-flight: 2 invocations began within its timeout of 30 s and may still run; wait that long",
    )


@pytest.mark.usefixtures("made_up_kinds")
def test_every_trigger_that_still_invokes_it_blocks_and_only_those_that_cannot_leave_can_be_accepted() -> None:
    invoking = (known.sqs("live"), known.carrier_pigeon("coop", "live"), known.slow_snail("uploads"))
    accept = "".join(f"- {{rule: 'trigger:{kind}', reason: unused}}\n" for kind in ("sqs", "pigeon", "snail"))
    movable = "trigger:sqs: SQS queue `jobs` still invokes `live`; run `cutover --direct` first"
    fixed = "remove it, or accept it if nobody uses it"
    found = replace(worlds.DIRECT, triggers=invoking)

    assert planned(found).blockers == (
        movable,
        f"trigger:pigeon: carrier pigeon `coop` still invokes `live`: pigeons do not speak HTTP; {fixed}",
        f"trigger:snail: snail `uploads` still invokes `$LATEST`: it takes too long; {fixed}",
    )
    assert planned(found, extra=f"accept:\n{accept}").blockers == (movable,)


@pytest.mark.usefixtures("made_up_kinds")
def test_a_trigger_that_stayed_on_the_alias_and_is_gone_does_not_hold_up_the_end() -> None:
    found = replace(worlds.DIRECT, triggers=(known.carrier_pigeon("coop", "live", enabled=False),))

    assert planned(found).blockers == ()


def test_a_function_that_refuses_its_callers_is_not_quiet() -> None:
    knocking = replace(worlds.QUIET, refused={"Throttles": 7.0})

    plan = planned(replace(worlds.DIRECT, function=replace(worlds.DIRECT.function, reserved_concurrency=0)), knocking)

    assert plan.blockers == (
        "switched-off: its reserved concurrency is 0, so it is quiet even if something calls it",
        "traffic: nothing was invoked in the last 35 d, yet `Throttles` is 7: somebody calls, so find the caller first",
    )


def test_a_function_that_a_stack_owns_is_taken_out_of_it_first() -> None:
    owned = replace(worlds.DIRECT.function, tags={"aws:cloudformation:stack-name": "shop"})

    plan = planned(replace(worlds.DIRECT, function=owned))

    text = "CloudFormation stack `shop` owns it, and fails at its next update once it is gone"
    assert plan.blockers == (f"owned-by-stack: {text}; take it out of the template first",)
