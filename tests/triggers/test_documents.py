"""Kinds that stand in a document of another service: what points them at the alias, and what stands against it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.actions import action_to_dict
from lambda_migrate.engine.plan import Step
from lambda_migrate.errors import NotAllowed
from lambda_migrate.function.model import Qualified
from lambda_migrate.triggers import (
    TRIGGERS,
    cognito,
    destination,
    from_dict,
    iot,
    logs,
    pipe,
    scheduler,
    secretsmanager,
    step_functions,
)
from lambda_migrate.triggers.base import Repoint, Trigger
from tests.inventory.fake_aws import FakeAws, statement
from tests.triggers import known

if TYPE_CHECKING:
    from lambda_migrate.triggers.base import Settings

ARN, LIVE = known.ARN, known.qualified("live")
HERE = known.REGION
ROLE = "arn:aws:iam::123456789012:role/callers"
BUCKET = "arn:aws:s3:::uploads"


def trigger(kind: str, name: str, settings: Settings) -> Trigger[Any]:
    return Trigger(kind, f"{name}-id", name, "", settings)


def schedule(**changed: Any) -> Trigger[Any]:
    about = {"group": "default", "schedule": "nightly", "role": ROLE, "target": ARN, **changed}
    return trigger("scheduler", "default/nightly", scheduler.Settings(**about))


def machine(**changed: Any) -> Trigger[Any]:
    about = {"source": "arn:machine", "role": ROLE, "texts": {"/States/A/Resource": ARN}, **changed}
    return trigger("step_functions", "fulfil", step_functions.Settings(**about))


EVERY: list[tuple[Trigger[Any], dict[str, Any]]] = [
    (
        known.s3("uploads"),
        {"kind": "point_notification", "name": "uploads", "owner": "123456789012", "notification": "ours"},
    ),
    (schedule(), {"kind": "point_schedule", "name": "nightly", "group": "default"}),
    (
        trigger("pipe", "fulfil", pipe.Settings(pipe="fulfil", part="Enrichment", role=ROLE, function=ARN)),
        {"kind": "point_pipe", "name": "fulfil", "part": "Enrichment"},
    ),
    (
        trigger("logs", "/shop", logs.Settings(group="/shop", filter_name="errors", function=ARN)),
        {"kind": "point_subscription_filter", "name": "/shop", "filter_name": "errors"},
    ),
    (
        trigger("secretsmanager", "database", secretsmanager.Settings(source="arn:secret", function=ARN)),
        {"kind": "point_rotation", "name": "database", "secret": "arn:secret"},
    ),
    (
        trigger(
            "destination",
            "billing",
            destination.Settings(sender="billing", sending="$LATEST", outcome="OnSuccess", role=ROLE, function=ARN),
        ),
        {"kind": "point_destination", "name": "billing", "qualifier": "$LATEST", "outcome": "OnSuccess"},
    ),
]
IN_MAPS: list[tuple[Trigger[Any], dict[str, Any], dict[str, str], dict[str, str]]] = [
    (
        trigger("iot", "scans", iot.Settings(rule="scans", functions={"0": ARN, "error": ARN})),
        {"kind": "point_topic_rule", "name": "scans"},
        {"0": ARN, "error": ARN},
        {"0": LIVE, "error": LIVE},
    ),
    (
        trigger("cognito", "shop", cognito.Settings(pool="eu_x", functions={"PreSignUp": ARN})),
        {"kind": "point_user_pool", "name": "shop", "pool": "eu_x"},
        {"PreSignUp": ARN},
        {"PreSignUp": LIVE},
    ),
    (
        machine(texts={"/States/A/Resource": ARN, "/States/B/Parameters/FunctionName": "orders:$LATEST"}),
        {"kind": "point_definition", "name": "fulfil", "machine": "arn:machine"},
        {"/States/A/Resource": ARN, "/States/B/Parameters/FunctionName": "orders:$LATEST"},
        {"/States/A/Resource": LIVE, "/States/B/Parameters/FunctionName": "orders:live"},
    ),
    (
        schedule(named={"/FunctionName": "orders"}),
        {"kind": "point_schedule", "name": "nightly", "group": "default"},
        {"/FunctionName": "orders"},
        {"/FunctionName": "orders:live"},
    ),
    (
        schedule(named={"/Qualifier": "$LATEST"}),
        {"kind": "point_schedule", "name": "nightly", "group": "default"},
        {"/Qualifier": "$LATEST"},
        {"/Qualifier": "live"},
    ),
]
ALL = [each[0] for each in EVERY] + [each[0] for each in IN_MAPS]


def to_alias(each: Trigger[Any], policy: tuple[dict[str, Any], ...] = ()) -> Repoint:
    granted = policy or (statement("uploads", "s3.amazonaws.com", BUCKET),)
    repoint = TRIGGERS[each.kind].to_alias(each, known.function(qualified={"": Qualified(policy=granted)}), "live")
    assert repoint is not None
    return repoint


@pytest.mark.parametrize(("each", "expected"), EVERY, ids=[each.kind for each, _ in EVERY])
def test_the_function_becomes_the_alias(each: Trigger[Any], expected: dict[str, Any]) -> None:
    repoint = to_alias(each)

    assert [action_to_dict(step.action) for step in repoint.steps] == [{**expected, "before": ARN, "after": LIVE}]
    assert (repoint.blockers, repoint.preparation) == ((), ())


@pytest.mark.parametrize(("each", "expected", "before", "after"), IN_MAPS)
def test_each_place_that_names_the_function_names_the_alias(
    each: Trigger[Any], expected: dict[str, Any], before: dict[str, str], after: dict[str, str]
) -> None:
    repoint = to_alias(each)

    assert [action_to_dict(step.action) for step in repoint.steps] == [{**expected, "before": before, "after": after}]
    assert repoint.blockers == ()


@pytest.mark.parametrize("each", ALL)
def test_it_settles_as_its_kind_says_and_reads_back_from_json(each: Trigger[Any]) -> None:
    (step,) = to_alias(each).steps
    kind = TRIGGERS[each.kind]

    assert step.propagation == kind.settles > 0
    assert Step.from_dict(json.loads(json.dumps(step.to_dict()))) == step
    assert from_dict(json.loads(json.dumps(_as_dict(each)))) == each
    assert kind.physical_id(each)


def _as_dict(each: Trigger[Any]) -> dict[str, Any]:
    return {**vars(each), "settings": vars(each.settings)}


def test_a_bucket_that_s3_may_not_invoke_for_is_refused_before_anything_moves() -> None:
    others = (
        statement("other", "s3.amazonaws.com", "arn:aws:s3:::others"),
        statement("account", "s3.amazonaws.com", BUCKET, StringEquals={"AWS:SourceAccount": "999999999999"}),
        statement("token", "s3.amazonaws.com", BUCKET, StringEquals={"lambda:EventSourceToken": "x"}),
        statement("sns", "sns.amazonaws.com", BUCKET),
        {**statement("action", "s3.amazonaws.com", BUCKET), "Action": "lambda:GetFunction"},
    )
    may = (
        statement("any", "s3.amazonaws.com"),
        statement("like", "s3.amazonaws.com", "arn:aws:s3:::up*"),
        statement("account", "s3.amazonaws.com", StringEquals={"AWS:SourceAccount": "123456789012"}),
        statement("public", "*"),
    )

    (blocker,) = to_alias(known.s3("uploads"), others).blockers
    assert (blocker.gate, blocker.acceptable) == ("caller-not-permitted", False)
    assert "S3 may invoke neither the function nor alias `live` for bucket `uploads`" in str(blocker)
    for one in may:
        assert to_alias(known.s3("uploads"), (*others, one)).blockers == ()
    denied = {**statement("no", "s3.amazonaws.com", BUCKET), "Effect": "Deny"}
    assert to_alias(known.s3("uploads"), (may[0], denied)).blockers != ()


BY_ROLE = [each for each in ALL if each.kind in ("scheduler", "pipe", "step_functions", "destination")]


def asked(each: Trigger[Any], answer: Any, now: float = 0.0) -> list[str]:
    calls: list[dict[str, Any]] = []

    def simulate(**given: Any) -> Any:
        calls.append(given)
        return answer() if callable(answer) else answer

    aws: Any = FakeAws({"iam:simulate_principal_policy": simulate}, now=lambda: now)
    found = [str(blocker) for blocker in TRIGGERS[each.kind].preflight(aws, each, known.ORDERS, "live")]
    assert calls in (
        [],
        [{"PolicySourceArn": ROLE, "ActionNames": ["lambda:InvokeFunction"], "ResourceArns": [LIVE]}],
    )
    return found


@pytest.mark.parametrize("each", BY_ROLE)
def test_the_role_is_asked_whether_it_may_invoke_the_alias(each: Trigger[Any]) -> None:
    def decided(decision: str) -> dict[str, Any]:
        return {"EvaluationResults": [{"EvalActionName": "lambda:InvokeFunction", "EvalDecision": decision}]}

    def refused() -> None:
        raise NotAllowed("iam:SimulatePrincipalPolicy is not allowed")

    label = f"{TRIGGERS[each.kind].label} `{each.name}`"
    lost = "so its events would be lost; allow it lambda:InvokeFunction on"
    assert asked(each, decided("allowed")) == []
    for decision in ("implicitDeny", "explicitDeny"):
        text = f"{label}: its role `callers` may not invoke the alias, {lost} {LIVE}, beside the function"
        assert asked(each, decided(decision)) == [f"caller-not-permitted: {text}"]
    (unknown,) = asked(each, refused)
    assert unknown.startswith(
        f"caller-not-permitted: {label}: could not check whether its role `callers` may invoke the alias"
    )
    assert len(asked(each, {"EvaluationResults": []})) == 1


def test_a_caller_whose_role_is_not_known_is_refused() -> None:
    without = trigger("pipe", "fulfil", pipe.Settings(pipe="fulfil", part="Target", role="", function=ARN))

    (text,) = asked(without, {})
    assert "the role that it invokes with is not known" in text


@pytest.mark.parametrize(("start", "gates"), [(0.0, 0), (1000.0, 0), (700.0, 0), (699.0, 1)])
def test_a_schedule_that_began_is_refused_because_aws_would(start: float, gates: int) -> None:
    allowed = {"EvaluationResults": [{"EvalDecision": "allowed"}]}

    texts = asked(schedule(start=start), allowed, now=1000.0)

    assert len(texts) == gates
    assert all(text.startswith("schedule-already-started: schedule `default/nightly` has a start") for text in texts)


def test_a_state_machine_says_what_of_it_stays_and_what_runs() -> None:
    both = to_alias(machine(fixed=("version 3 was published with it",), passing=("order-17", "order-18")))
    alone = to_alias(machine(texts={}, fixed=("state A names it in an expression",)))

    assert len(both.steps) == 1
    assert [blocker.gate for blocker in both.blockers] == ["trigger:step_functions"]
    assert "version 3 was published with it" in str(both.blockers[0])
    running = "executions that run go on with the definition that they began with, and invoke `$LATEST`"
    assert both.warnings == (f"state machine `fulfil`: {running}: order-17, order-18",)
    assert (alone.steps, [blocker.gate for blocker in alone.blockers]) == ((), ["trigger:step_functions"])
    assert asked(machine(texts={}, fixed=("version 3",)), {}) == []


def test_a_secret_that_is_being_rotated_waits_and_each_change_invokes_once() -> None:
    about = {"source": "arn:secret", "function": ARN}
    pending = trigger("secretsmanager", "database", secretsmanager.Settings(**about, pending=True))
    quiet = trigger("secretsmanager", "database", secretsmanager.Settings(**about))

    assert [blocker.gate for blocker in to_alias(pending).blockers] == ["rotation-under-way"]
    assert to_alias(quiet).warnings == (
        "secret `database`: each change of its rotation has the function run `testSecret` once",
    )


def test_the_function_s_own_log_group_and_a_policy_of_the_account_are_told() -> None:
    own = trigger(
        "logs", "/aws/lambda/orders", logs.Settings(group="/aws/lambda/orders", filter_name="f", function=ARN)
    )
    account = trigger("logs", "all", logs.Settings(group="", filter_name="all", function=ARN))

    assert len(to_alias(own).warnings) == 1
    repoint = to_alias(account)
    assert (repoint.steps, [blocker.gate for blocker in repoint.blockers]) == ((), ["trigger:logs"])


def test_names_of_things_for_cloudformation() -> None:
    assert [TRIGGERS[each.kind].physical_id(each) for each in ALL] == [
        "uploads",
        "nightly",
        "fulfil",
        "errors",
        "database-id",
        "billing|$LATEST",
        "scans",
        "eu_x",
        "fulfil-id",
        "nightly",
        "nightly",
    ]
