from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.actions import action_to_dict
from lambda_migrate.actions.ecr.push_image import PushImage
from lambda_migrate.actions.ecr.tag_image import TagImage
from lambda_migrate.actions.event_source.delete_mapping import DeleteMapping
from lambda_migrate.actions.event_source.switch_mapping import SwitchMapping
from lambda_migrate.actions.function.create_alias import CreateAlias
from lambda_migrate.actions.iam.create_role import CreateRole
from lambda_migrate.actions.load_balancer.create_target_group import CreateTargetGroup
from lambda_migrate.actions.vpc_lattice.create_lattice_group import CreateLatticeGroup
from lambda_migrate.engine.plan import Plan, Step
from lambda_migrate.engine.record import Record
from lambda_migrate.engine.runs import Run
from lambda_migrate.planner import images, retire
from tests.planner import worlds
from tests.triggers import known

if TYPE_CHECKING:
    from lambda_migrate.inventory import Inventory
    from lambda_migrate.inventory.invocations import InvocationCounts


OURS = frozenset({known.sqs().id})
"""What `cutover --direct` switched off."""


def planned(found: Inventory = worlds.DIRECT, evidence: InvocationCounts = worlds.QUIET, extra: str = "") -> Plan:
    return retire.plan(found, worlds.settings(extra), evidence, ours=OURS)


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


def test_code_that_owns_the_function_would_make_it_again() -> None:
    declared = {known.ARN: "terraform: `aws_lambda_function.orders` in `main.tf`"}
    owned, stacked = replace(worlds.DIRECT, declared=declared), {"aws:cloudformation:stack-name": "shop"}
    tagged = replace(owned, function=replace(owned.function, tags=stacked))

    told = (
        "function `orders` has an owner (terraform: `aws_lambda_function.orders` in `main.tf`): its next deployment"
        " makes it again, or fails; take it out of that code and its state first"
    )
    assert [told in planned(each).warnings for each in (owned, tagged, worlds.DIRECT)] == [True, False, False]


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
    entries = "- {{rule: 'trigger:{}', phases: [retire], reason: unused}}\n"
    accept = "".join(entries.format(kind) for kind in ("sqs", "pigeon", "snail"))
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


def test_what_is_accepted_for_the_cutover_lets_nothing_through_here() -> None:
    found = replace(worlds.DIRECT, triggers=(known.s3("uploads"),))
    why = "S3 cannot send to a URL; name a queue of the service for the bucket in `service.s3_queues`"
    still = f"trigger:s3: S3 bucket `uploads` still invokes `$LATEST`: {why}"
    refused = f"{still}; remove it, or accept it if nobody uses it"

    def blockers(phases: str = "") -> tuple[str, ...]:
        return planned(found, extra=f"accept: [{{rule: 'trigger:s3', reason: moved by hand{phases}}}]\n").blockers

    missing = " (its acceptance is not for this phase: add `phases: [retire]`)"
    assert planned(found).blockers == (refused,)
    assert blockers() == (refused + missing,)
    assert blockers(", phases: [cutover, direct]") == (refused + missing,)
    assert blockers(", phases: [cutover, retire]") == ()


def test_a_gate_that_retire_alone_asks_needs_no_phases() -> None:
    accept = "accept: [{rule: traffic, path: orders, reason: it may fail}]\n"

    assert planned(evidence=invoked(orders=1.0), extra=accept).blockers == ()


def test_what_its_owner_has_switched_off_is_named_and_left_alone() -> None:
    paused = replace(known.sqs("live", enabled=False), id="theirs", name="season")
    disabled = replace(known.eventbridge(), enabled=False)
    found = replace(worlds.DIRECT, triggers=(known.sqs("live", enabled=False), paused, disabled))
    off = "is switched off, and would invoke what is gone once it is on again; delete it, or accept that it stays"

    plan = planned(found)
    accepted = planned(found, extra="accept: [{rule: switched-off-trigger, reason: asked its owner}]\n")

    assert plan.blockers == (
        f"switched-off-trigger: SQS queue `season` {off}",
        f"switched-off-trigger: EventBridge rule `paid` {off}",
    )
    assert accepted.blockers == ()
    deleted = [step.action for step in accepted.steps if isinstance(step.action, DeleteMapping)]
    assert deleted == [DeleteMapping(known.sqs().id, "jobs")]


def test_the_ledger_says_which_mappings_this_tool_has_switched_off() -> None:
    def run(**standing: bool) -> Run:
        actions = {
            "a": SwitchMapping("ours", "jobs", before=True, after=False),
            "b": SwitchMapping("again", "jobs", before=False, after=True),
            "c": CreateAlias("orders", "live", "1", ""),
        }
        steps = [{"id": name, "action": action_to_dict(action)} for name, action in actions.items()]
        record = Record(1, "a", "applied", "", "", None, "")
        applied = {name: record for name, stands in standing.items() if stands}
        return Run(1, {"steps": steps}, "", applied=applied)

    assert retire.switched_off([run(a=True, b=True, c=True)]) == {"ours"}
    assert retire.switched_off([run(a=False, b=True)]) == frozenset()


def test_images_that_runs_have_pushed_are_named_with_the_command_that_removes_them() -> None:
    actions = {
        "a": TagImage("shop/orders", "sha256:1", "kept"),
        "b": PushImage("shop/orders", "sha256:1", "sha256:2", "ours", on_path=True, function="orders"),
        "c": PushImage("shop/orders", "sha256:1", "sha256:3", "rolled-back", on_path=True, function="orders"),
    }
    steps = [{"id": name, "action": action_to_dict(action)} for name, action in actions.items()]
    applied = dict.fromkeys("ab", Record(1, "a", "applied", "", "", None, ""))

    (left,) = images.left([Run(1, {"steps": steps}, "", applied=applied)])

    assert left == (
        "its images stay in repository `shop/orders` for as long as the backup may be needed; afterwards `aws ecr"
        " batch-delete-image --repository-name shop/orders --image-ids imageTag=kept imageTag=ours` removes our tags,"
        " and an image with its last one"
    )
    plan = retire.plan(worlds.DIRECT, worlds.settings(), worlds.QUIET, ours=OURS, remains=retire.Remains((left,)))
    assert left in plan.warnings


def test_a_group_that_was_made_for_the_alias_goes_with_the_function() -> None:
    group = CreateTargetGroup("lm-orders", {})
    made = (group, CreateRole("lambda-migrate-orders-events", {}), CreateLatticeGroup("lm-undone", "V2"))
    steps = tuple(Step(str(place), action, group="load balancer target group") for place, action in enumerate(made))
    applied = dict.fromkeys("01", Record(1, "a", "applied", "", "", None, ""))
    run = Run(1, Plan("cutover", "f", "", steps).to_dict(), "", applied=applied)

    (standing,) = retire.standing([run])

    assert standing.action == group
    remains = retire.Remains((), (standing,))
    plan = retire.plan(worlds.DIRECT, worlds.settings(), worlds.QUIET, ours=OURS, remains=remains)
    assert [(step.group, step.action.describe()) for step in plan.steps][-2:] == [
        ("load balancer target group", "target group lm-orders: delete"),
        ("function", plan.steps[-1].action.describe()),
    ]


def test_our_own_probes_are_no_callers() -> None:
    probed = replace(invoked(orders_3=7.0), probes={"orders:3": 7.0})
    also = replace(invoked(orders_3=9.0), probes={"orders:3": 7.0})

    assert planned(evidence=probed).blockers == ()
    assert planned(evidence=also).blockers == (
        "traffic: invocations of `orders:3` in the last 35 d: 2; no known trigger does that, so find the caller first",
    )


def test_what_a_stack_owns_of_the_rest_is_taken_out_of_it_first() -> None:
    owners = {f"{known.ARN}:live": "shop", known.sqs().id: "jobs"}
    gone = "and fails at its next update once it is gone; take it out of the template first"

    assert planned(replace(worlds.DIRECT, owners=owners)).blockers == (
        f"owned-by-stack: CloudFormation stack `shop` owns alias `live`, {gone}",
        f"owned-by-stack: CloudFormation stack `jobs` owns SQS queue `jobs`, {gone}",
    )
