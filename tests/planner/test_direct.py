from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.config import parse
from lambda_migrate.errors import ConfigError
from lambda_migrate.planner import direct
from lambda_migrate.triggers import rest_api
from tests.planner import worlds
from tests.triggers import known

if TYPE_CHECKING:
    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.inventory import Inventory

POLLED = frozenset({worlds.QUEUE})


def planned(found: Inventory, extra: str = "") -> Plan:
    return direct.plan(found, worlds.settings(extra), consumers=POLLED, resources=worlds.QUICK)


def gates(plan: Plan) -> list[str]:
    return [blocker.partition(": ")[0] for blocker in plan.blockers]


def test_when_no_trigger_invokes_the_function_there_is_nothing_to_do() -> None:
    assert (planned(worlds.DIRECT).steps, planned(worlds.DIRECT).blockers) == ((), ())


def test_everything_is_prepared_before_the_first_trigger_moves_and_every_move_is_judged() -> None:
    plan = direct.plan(worlds.CUT_OVER, worlds.settings(), consumers=POLLED, resources=worlds.QUICK, bake=7.0)

    assert [(step.action.kind, step.gated, step.bake) for step in plan.steps] == [
        ("create_integration", False, 0.0),
        ("rehearse_route", True, 0.0),
        ("end_rehearsal", False, 0.0),
        ("create_role", False, 0.0),
        ("put_role_policy", False, 0.0),
        ("create_connection", False, 0.0),
        ("create_api_destination", False, 0.0),
        ("point_route", True, 0.0),
        ("point_route", True, 7.0),
        ("subscribe", True, 0.0),
        ("park_subscription", True, 7.0),
        ("point_rule", True, 7.0),
        ("switch_mapping", True, 7.0),
    ]
    assert {step.action.kind: step.source_metrics[0].namespace for step in plan.steps if step.source_metrics} == {
        "point_route": "AWS/ApiGateway",
        "park_subscription": "AWS/SNS",
        "point_rule": "AWS/Events",
        "switch_mapping": "AWS/SQS",
    }
    assert [bool(step.source_metrics) for step in plan.steps] == [bool(step.bake) for step in plan.steps]


def test_two_rules_share_what_is_prepared() -> None:
    second = replace(known.eventbridge("live"), id="shop/refunded/t1", name="refunded")
    second = known.with_settings(second, rule="refunded")
    found = replace(worlds.CUT_OVER, triggers=(known.eventbridge("live"), second))

    assert [step.action.kind for step in planned(found).steps] == [
        "create_role",
        "put_role_policy",
        "create_connection",
        "create_api_destination",
        "point_rule",
        "point_rule",
    ]


def test_a_queue_that_the_service_does_not_poll_stays_with_the_function() -> None:
    assert gates(direct.plan(worlds.CUT_OVER, worlds.settings(), resources=worlds.QUICK)) == ["sqs-without-consumer"]


def test_what_was_not_proven_through_the_proxy_does_not_go_direct() -> None:
    assert gates(planned(worlds.HALF_WAY)) == ["not-cut-over"] * 4
    assert gates(planned(worlds.PROXIED)) == ["not-cut-over"] * 4


def test_events_may_go_direct_while_requests_are_not_proxied_yet() -> None:
    alias = worlds.Alias("live", "2")
    found = worlds.inventory(*worlds.triggers("live"), versions=worlds.CUT_OVER.function.versions, alias=alias)

    assert planned(found).blockers == (
        "not-cut-over: HTTP API `orders-api` is not proxied to the service yet; `cutover` first",
    )


def test_a_source_whose_metrics_are_in_another_account_is_named_before_it_moves() -> None:
    elsewhere = known.sqs("live", source="arn:aws:sqs:eu-west-1:999999999999:jobs")

    plan = direct.plan(
        replace(worlds.CUT_OVER, triggers=(elsewhere,)),
        worlds.settings(),
        consumers=frozenset({elsewhere.settings.source}),
        resources=worlds.QUICK,
    )

    assert gates(plan) == ["source-elsewhere"]
    assert plan.blockers[0].endswith("; point it at the service by hand, and remove it from the function")


@pytest.mark.usefixtures("made_up_kinds")
def test_a_trigger_that_cannot_leave_lambda_is_named_and_holds_up_no_other() -> None:
    found = replace(worlds.CUT_OVER, triggers=(known.carrier_pigeon("coop", "live"), known.sqs("live")))
    accept = "accept:\n- {rule: 'trigger:pigeon', reason: it stays}\n"

    assert planned(found).blockers == (
        f"trigger:pigeon: carrier pigeon `coop` goes on invoking `live`: pigeons do not speak HTTP; {direct.STAYING}",
    )
    accepted = planned(found, accept)
    assert (accepted.blockers, [step.action.kind for step in accepted.steps]) == ((), ["switch_mapping"])


@pytest.mark.parametrize(
    ("url", "blocked"),
    [
        ("https://orders.example.com", []),
        ("http://127.0.0.1:8000", []),
        ("http://localhost:8000", []),
        ("http://orders.example.com", ["service-without-https"]),
        ("http://10.0.0.7", ["service-without-https"]),
    ],
)
def test_only_an_encrypted_service_is_reached_directly_unless_it_is_on_this_machine(
    url: str, blocked: list[str]
) -> None:
    settings = f"function: orders\nservice: {{public_url: '{url}', api_key: 'ssm:/key'}}\n"

    assert gates(direct.plan(worlds.CUT_OVER, parse(settings), consumers=POLLED, resources=worlds.QUICK)) == blocked


INTERNAL = "https://internal-orders-0815.eu-west-1.elb.amazonaws.com"


@pytest.mark.parametrize(
    ("url", "addresses", "why", "acceptable"),
    [
        ("https://orders.example.com", ("93.184.216.34", "2606:2800:220:1::1"), "", True),
        (
            "https://orders.example.com",
            ("10.0.3.7", "93.184.216.34"),
            "orders.example.com has the address 10.0.3.7, which is not public",
            True,
        ),
        ("https://orders.example.com", (), "orders.example.com cannot be looked up from here", True),
        (
            "https://orders.example.com",
            ("fe80::1%eth0",),
            "orders.example.com has the address fe80::1%eth0, which is not public",
            True,
        ),
        (INTERNAL, ("10.0.3.7",), "it is an internal load balancer", False),
        (INTERNAL.upper().replace("HTTPS", "https"), ("93.184.216.34",), "it is an internal load balancer", False),
        ("https://192.168.0.7", ("192.168.0.7",), "192.168.0.7 is not a public address", False),
        ("https://[fd00::1]", ("fd00::1",), "fd00::1 is not a public address", False),
        ("http://127.0.0.1:8000", ("127.0.0.1",), "127.0.0.1 is not a public address", False),
        ("http://127.0.0.1:8000", None, "", True),
    ],
)
def test_aws_is_not_sent_where_it_cannot_go(
    url: str, addresses: tuple[str, ...] | None, why: str, acceptable: bool
) -> None:
    settings = f"function: orders\nservice: {{public_url: '{url}', api_key: 'ssm:/key'}}\n"
    accepted = "accept: [{rule: service-not-public, reason: looked up by hand}]"
    found = [
        direct.plan(
            worlds.CUT_OVER, parse(settings + more), consumers=POLLED, resources=worlds.QUICK, addresses=addresses
        ).blockers
        for more in ("", accepted)
    ]

    text = (
        f"service-not-public: AWS cannot reach `{url}`: {why}; set `service.public_url` to a public name of the"
        " service, or `service.vpc_link` for its APIs and `service.vpc_origin` for CloudFront"
    )
    assert found == [(text,) if why else (), (text,) if why and not acceptable else ()]


def test_the_service_is_reached_at_its_url_where_no_public_one_is_named() -> None:
    plan = direct.plan(
        worlds.CUT_OVER,
        parse("function: orders\nservice: {url: 'https://a.example.com'}"),
        consumers=POLLED,
        resources=worlds.QUICK,
    )

    assert plan.summary == {"service": "https://a.example.com"}
    assert gates(plan) == ["service-without-api-key"]


def test_a_topic_goes_by_the_queue_that_is_named_for_it_and_a_wrong_name_is_told() -> None:
    queue = f"arn:aws:sqs:{known.REGION}:news-for-orders"
    settings = (
        f"function: orders\nservice: {{url: 'https://a.example.com', sns_queues: {{news: '{queue}', nwes: '{queue}'}}}}"
    )
    found = replace(worlds.CUT_OVER, triggers=(known.sns("live"),))

    plan = direct.plan(
        found, parse(settings), resources={"sns": {"queue news": ""}}, notified=frozenset({queue}), bake=7.0
    )

    assert [(step.action.kind, [each.namespace for each in step.source_metrics]) for step in plan.steps] == [
        ("subscribe", []),
        ("park_subscription", ["AWS/SQS"]),
    ]
    assert (plan.blockers, plan.warnings) == (
        (),
        ("migration.yaml names a queue for SNS topic `nwes`, which does not invoke the function",),
    )


def test_a_bucket_goes_by_the_queue_that_is_named_for_it_and_stays_where_none_is() -> None:
    queue = f"arn:aws:sqs:{known.REGION}:uploads-for-orders"
    settings = f"function: orders\nservice: {{url: 'https://a.example.com', s3_queues: {{uploads: '{queue}'}}}}"
    found = replace(worlds.CUT_OVER, triggers=(known.s3("uploads", "live"), known.s3("scans", "live")))

    plan = direct.plan(
        found, parse(settings), resources={"s3": {"queue uploads": ""}}, notified=frozenset({queue}), bake=7.0
    )

    assert [(step.action.kind, step.bake, [each.namespace for each in step.source_metrics]) for step in plan.steps] == [
        ("point_notification", 7.0, ["AWS/SQS"])
    ]
    assert plan.blockers == (
        (
            "trigger:s3: S3 bucket `scans` goes on invoking `live`: S3 cannot send to a URL; name a queue of the"
            " service for the bucket in `service.s3_queues`;"
            " move it to the service by hand, or accept that it stays on Lambda"
        ),
    )


def test_a_stream_goes_by_a_pipe_where_it_is_named_and_a_wrong_name_is_told() -> None:
    settings = (
        "function: orders\nservice: {url: 'https://a.example.com', api_key: 'secretsmanager:k', pipes: [scans, scnas]}"
    )
    found = replace(worlds.CUT_OVER, triggers=(known.kinesis("scans"), known.kinesis("clicks")))
    looked = {"kinesis": {"longest": "0.1", "largest stream/scans": "100"}}

    plan = direct.plan(found, parse(settings), resources=looked, bake=7.0)

    assert [(step.action.kind, step.gated, step.bake) for step in plan.steps] == [
        ("create_role", False, 0.0),
        ("put_role_policy", False, 0.0),
        ("create_connection", False, 0.0),
        ("create_api_destination", False, 0.0),
        ("put_role_policy", False, 0.0),
        ("create_pipe", True, 0.0),
        ("switch_mapping", True, 0.0),
        ("switch_pipe", True, 7.0),
    ]
    assert [each.namespace for each in plan.steps[-1].source_metrics] == ["AWS/EventBridge/Pipes"]
    assert gates(plan) == ["trigger:kinesis"]
    assert "service.pipes names `scnas`, which does not invoke the function" in plan.warnings


def test_where_all_goes_by_queues_the_service_need_not_be_public() -> None:
    queue = f"arn:aws:sqs:{known.REGION}:uploads-for-orders"
    settings = f"function: orders\nservice: {{url: 'https://10.0.0.7', s3_queues: {{uploads: '{queue}'}}}}"
    found = replace(worlds.CUT_OVER, triggers=(known.s3("uploads", "live"),))
    looked = {"s3": {"queue uploads": ""}}

    plan = direct.plan(found, parse(settings), resources=looked, notified=frozenset({queue}), addresses=("10.0.0.7",))

    assert plan.blockers == ()


def test_a_door_with_a_key_needs_the_key() -> None:
    with pytest.raises(ConfigError, match="`require: header` needs `door_key`"):
        parse("function: orders\nservice: {require: header}\n")


def test_without_a_url_it_says_what_to_set() -> None:
    plan = direct.plan(worlds.CUT_OVER, parse("function: orders"))

    assert plan.steps == ()
    assert plan.blockers == (
        "service-url: migration.yaml does not say where AWS reaches the service; set `service.public_url`",
    )


@pytest.mark.parametrize(("minimum", "told"), [(1, True), (2, False)])
@pytest.mark.parametrize("kind", ["elastic-beanstalk", "ecs"])
def test_one_instance_alone_behind_the_service_is_told(kind: str, minimum: int, told: bool) -> None:
    target = f"{{kind: {kind}, scaling: {{minimum: {minimum}, maximum: 6}}}}"
    config = parse(f"function: orders\nservice: {{public_url: 'https://orders.example.com', target: {target}}}\n")

    plan = direct.plan(worlds.CUT_OVER, config)

    text = "one instance stands behind the service: while it is down or replaced, direct callers get 503"
    assert (text in plan.warnings) is told


def test_a_rest_api_moves_a_share_at_a_time_and_each_is_watched_and_judged() -> None:
    integration = {"type": "AWS_PROXY", "httpMethod": "POST", "uri": known.PATH.format(known.qualified("live"))}
    part = rest_api.Part("ANY /", integration["uri"], "res1", "ANY", integration=integration)
    trigger = known.with_settings(known.rest_api("live"), parts=(part,), stages=(rest_api.Stage("prod", "d1"),))
    found = replace(worlds.CUT_OVER, triggers=(trigger,))
    settings = worlds.settings()
    settings = settings.model_copy(update={"cutover": settings.cutover.model_copy(update={"weights": [5, 40]})})

    plan = direct.plan(found, settings, resources={"rest_api": {}}, bake=7.0)

    assert [(step.action.kind, step.gated, step.bake, step.why) for step in plan.steps] == [
        ("replace_rest_integration", False, 0.0, "nobody is served it yet"),
        ("create_deployment", False, 0.0, "the way to the service"),
        ("shift_stage", True, 7.0, "5 % go straight to the service"),
        ("shift_stage", True, 7.0, "40 % go straight to the service"),
        ("shift_stage", True, 7.0, "all requests go straight to the service"),
    ]
    counted = [[each.dimensions for each in step.source_metrics] for step in plan.steps if step.gated]
    assert counted == [[{"ApiName": "shop", "Stage": "prod"}]] * 3
    assert plan.blockers == ()


def test_no_schedule_guards_what_goes_direct() -> None:
    plan = planned(worlds.CUT_OVER)

    assert plan.steps != ()
    assert [step.id for step in plan.steps if step.guard is not None] == []
