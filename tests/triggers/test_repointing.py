"""What each kind plans for one trigger; pure."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from lambda_migrate.actions import action_to_dict
from lambda_migrate.triggers import eventbridge, http_api, sns, sqs
from lambda_migrate.triggers.base import Destination, Repoint
from lambda_migrate.triggers.http_api import Route, Stage
from tests.triggers import known

QUICK: dict[str, dict[str, str]] = {
    "sns": {"longest": "0.8"},
    "eventbridge": {"longest": "0.8"},
    "http_api": {},
}
SERVICE = Destination("https://orders.example.com", api_key="secretsmanager:orders/api", resources=QUICK)
EVENTS = "https://orders.example.com/lambda-proxy-non-api-events"
TOPIC = f"arn:aws:sns:{known.REGION}:news"
REDRIVE = json.dumps({"deadLetterTargetArn": f"arn:aws:sqs:{known.REGION}:dead"})


def actions(repoint: Repoint) -> list[dict[str, Any]]:
    return [action_to_dict(step.action) for step in (*repoint.preparation, *repoint.steps)]


def gates(repoint: Repoint) -> list[str]:
    return [blocker.gate for blocker in repoint.blockers]


def test_http_api_the_integration_is_pointed_at_the_alias_within_its_own_form_of_uri() -> None:
    wrapped = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{}/invocations"

    repoint = http_api.to_alias(known.http_api(uri=wrapped.format(known.ARN)), known.ORDERS, "live")

    assert actions(repoint) == [
        {
            "kind": "point_integration",
            "api_id": "a1b2c3",
            "integration_id": "int1",
            "name": "orders-api",
            "before": wrapped.format(known.ARN),
            "after": wrapped.format(f"{known.ARN}:live"),
        }
    ]
    assert repoint.blockers == ()


def test_http_api_an_integration_that_names_latest_is_pointed_at_the_alias_too() -> None:
    repoint = http_api.to_alias(known.http_api(uri=f"{known.ARN}:$LATEST"), known.ORDERS, "live")

    assert actions(repoint)[0]["after"] == f"{known.ARN}:live"


def test_http_api_an_integration_that_invokes_as_a_role_is_a_gate() -> None:
    repoint = http_api.to_alias(known.http_api(role="arn:aws:iam::123456789012:role/api"), known.ORDERS, "live")

    assert [str(blocker) for blocker in repoint.blockers] == [
        (
            "http-api-role: HTTP API `orders-api` invokes as role `arn:aws:iam::123456789012:role/api`;"
            f" make sure that the role may invoke `{known.ARN}:live`, then accept this"
        )
    ]


def test_http_api_a_stage_that_is_deployed_by_hand_is_named() -> None:
    trigger = known.http_api(stages=(Stage("prod", automatic=False),))

    repoint = http_api.to_alias(trigger, known.ORDERS, "live")

    assert [str(blocker) for blocker in repoint.blockers] == [
        (
            "http-api-deployed-by-hand: stage `prod` of HTTP API `orders-api` does not deploy by itself,"
            " so the change would have no effect; switch on its automatic deployment"
        )
    ]


def test_http_api_routes_share_one_integration_with_the_service() -> None:
    repoint = http_api.to_service(known.http_api(), known.ORDERS, SERVICE)

    made, rehearsed, ended, first, second = actions(repoint)
    path = rehearsed["path"]
    assert re.fullmatch("/lambda-migrate-probe-[0-9a-f]{16}", path)
    assert rehearsed == {
        "kind": "rehearse_route",
        "api_id": "a1b2c3",
        "path": path,
        "target": f"marker:{made['marker']}",
        "endpoint": "https://a1b2c3.execute-api.eu-west-1.amazonaws.com",
        "asked": path,
        "keyed": False,
    }
    assert ended == {"kind": "end_rehearsal", "api_id": "a1b2c3", "path": path, "target": f"marker:{made['marker']}"}
    assert made == {
        "kind": "create_integration",
        "api_id": "a1b2c3",
        "marker": made["marker"],
        "secrets": {},
        "settings": {
            "ConnectionType": "INTERNET",
            "IntegrationMethod": "ANY",
            "IntegrationType": "HTTP_PROXY",
            "IntegrationUri": "https://orders.example.com",
            "PayloadFormatVersion": "1.0",
            "RequestParameters": {"overwrite:path": "$request.path"},
            "TimeoutInMillis": 29000,
        },
    }
    assert made["marker"].startswith("lambda-migrate direct ")
    for route, found in (("r1", first), ("r2", second)):
        assert found == {
            "kind": "point_route",
            "api_id": "a1b2c3",
            "route_id": route,
            "name": found["name"],
            "before": "integrations/int1",
            "after": f"marker:{made['marker']}",
        }


def test_http_api_an_integration_that_was_made_before_is_used_again() -> None:
    marker = actions(http_api.to_service(known.http_api(), known.ORDERS, SERVICE))[0]["marker"]

    repoint = http_api.to_service(known.http_api(markers=(marker,)), known.ORDERS, SERVICE)

    assert [action["kind"] for action in actions(repoint)] == [
        "rehearse_route",
        "end_rehearsal",
        "point_route",
        "point_route",
    ]


def test_http_api_the_rehearsal_asks_for_the_path_that_the_service_is_to_see() -> None:
    staged = known.http_api(stages=(Stage("prod", automatic=True),))

    made, rehearsed = actions(http_api.to_service(staged, known.ORDERS, SERVICE))[:2]

    assert made["settings"]["RequestParameters"] == {"overwrite:path": "/prod${request.path}"}
    assert rehearsed["asked"] == f"/prod{rehearsed['path']}"


def test_http_api_without_a_default_endpoint_nothing_is_rehearsed_which_is_a_gate() -> None:
    repoint = http_api.to_service(known.http_api(endpoint=""), known.ORDERS, SERVICE)

    assert [action["kind"] for action in actions(repoint)] == ["create_integration", "point_route", "point_route"]
    assert gates(repoint) == ["http-api-not-rehearsed"]
    assert gates(http_api.to_service(known.http_api(endpoint="", routes=()), known.ORDERS, SERVICE)) == []


def test_http_api_stages_whose_paths_begin_differently_are_named() -> None:
    stages = (Stage("blue", automatic=True), Stage("green", automatic=True))

    repoint = http_api.to_service(known.http_api(stages=stages), known.ORDERS, SERVICE)

    assert repoint.steps == ()
    assert [str(blocker) for blocker in repoint.blockers] == [
        (
            "http-api-stages: HTTP API `orders-api` has the stages `blue`, `green`, whose paths differ;"
            " keep only one stage"
        )
    ]


KEYED = replace(SERVICE, require="header", door_key="secretsmanager:orders/door")
JWT = (Route("r1", "$default", "integrations/int1", "JWT"),)


def test_http_api_what_changes_headers_query_strings_and_answers_is_copied_and_the_rest_is_a_gate() -> None:
    requests = {
        "append:header.x-user": "$context.authorizer.claims.sub",
        "remove:querystring.debug": "''",
        "overwrite:path": "/v1",
    }
    answers = {"200": {"overwrite:header.cache-control": "no-store"}}
    trigger = known.http_api(requests=requests, answers=answers, tls={"ServerNameToVerify": "orders"})

    repoint = http_api.to_service(trigger, known.ORDERS, SERVICE)

    settings = actions(repoint)[0]["settings"]
    assert (settings["RequestParameters"], settings["ResponseParameters"]) == (
        {**requests, "overwrite:path": "$request.path"},
        answers,
    )
    assert [str(blocker) for blocker in repoint.blockers] == [
        (
            "http-api-mapping: HTTP API `orders-api`: its integration has `overwrite:path`, `TlsConfig`, which means"
            " something else in front of a URL and is not copied; do it in the service"
        )
    ]


@pytest.mark.parametrize(
    ("requests", "lost"), [({}, True), ({"append:header.x-user": "$context.authorizer.claims.sub"}, False)]
)
def test_http_api_claims_that_nobody_maps_to_a_header_are_lost_which_is_a_gate(
    requests: dict[str, str], lost: bool
) -> None:
    repoint = http_api.to_service(known.http_api(routes=JWT, requests=requests), known.ORDERS, KEYED)

    assert [str(blocker) for blocker in repoint.blockers] == [
        (
            "http-api-claims: HTTP API `orders-api` authorizes `$default` (JWT): the service gets no"
            " `requestContext.authorizer`; map the claims that it needs to headers of the integration, or accept this"
        )
    ] * lost


BYPASSED = ["http-api-bypassed:authorizer", "http-api-bypassed:throttling", "http-api-bypassed:mutual-tls"]


@pytest.mark.parametrize(
    ("require", "door_key", "found"),
    [
        ("open", "", ["http-api-claims", *BYPASSED]),
        ("open", "secretsmanager:orders/door", ["http-api-claims", *BYPASSED]),
        ("header", "secretsmanager:orders/door", ["http-api-claims"]),
        ("header", "", ["http-api-claims", "service-door-closed"]),
        ("signed", "secretsmanager:orders/door", ["http-api-claims", "service-door-closed"]),
    ],
)
def test_http_api_what_keeps_callers_out_is_a_gate_unless_the_service_asks_for_a_key(
    require: str, door_key: str, found: list[str]
) -> None:
    fronts = {**QUICK, "http_api": {"a1b2c3": "custom-domain mutual-tls", "other": "custom-domain"}}
    goal = replace(SERVICE, require=require, door_key=door_key, resources=fronts)
    trigger = known.http_api(routes=JWT, features=("access-logs", "cors", "throttling"))

    repoint = http_api.to_service(trigger, known.ORDERS, goal)

    assert gates(repoint) == found
    assert repoint.warnings == (
        (
            "HTTP API `orders-api` answers CORS preflights, writes access logs, has a domain as before; at the"
            " service's own URL nobody does"
        ),
    )


@pytest.mark.parametrize(
    ("fronts", "why"), [({"http_api": {"unread": "not allowed"}}, "not allowed"), ({}, "nobody has looked")]
)
def test_http_api_custom_domains_that_cannot_be_read_are_unknown_which_is_a_gate(
    fronts: dict[str, dict[str, str]], why: str
) -> None:
    repoint = http_api.to_service(known.http_api(), known.ORDERS, replace(SERVICE, resources=fronts))

    assert [str(blocker) for blocker in repoint.blockers] == [
        (
            "http-api-bypassed:mutual-tls: HTTP API `orders-api`: whether a custom domain asks for client certificates"
            f" is unknown ({why})"
        )
    ]


def test_http_api_the_key_is_named_by_reference_and_another_one_takes_another_integration() -> None:
    made, rehearsed, *_ = actions(http_api.to_service(known.http_api(), known.ORDERS, KEYED))
    other = actions(http_api.to_service(known.http_api(), known.ORDERS, replace(KEYED, door_key="ssm:/door")))[0]

    assert made["secrets"] == {"overwrite:header.x-lambda-migrate-door-key": "secretsmanager:orders/door"}
    assert made["settings"]["RequestParameters"] == {"overwrite:path": "$request.path"}
    assert (rehearsed["keyed"], made["marker"] != other["marker"]) == (True, True)


def test_sns_the_alias_is_subscribed_before_the_old_subscription_is_parked() -> None:
    trigger = known.sns(RedrivePolicy=REDRIVE, FilterPolicy='{"a": ["b"]}', FilterPolicyScope="MessageBody")

    repoint = sns.to_alias(trigger, known.ORDERS, "live")

    assert actions(repoint) == [
        {
            "kind": "subscribe",
            "topic": TOPIC,
            "protocol": "lambda",
            "endpoint": f"{known.ARN}:live",
            "attributes": {
                "RedrivePolicy": REDRIVE,
                "FilterPolicy": '{"a": ["b"]}',
                "FilterPolicyScope": "MessageBody",
            },
        },
        {
            "kind": "park_subscription",
            "subscription": f"{TOPIC}:sub-latest",
            "name": "news",
            "before": {"FilterPolicy": '{"a": ["b"]}', "FilterPolicyScope": "MessageBody"},
        },
    ]
    assert [step.propagation for step in repoint.steps] == [900.0, 900.0]


def test_sns_a_new_subscription_without_a_filter_delivers_at_once() -> None:
    assert [step.propagation for step in sns.to_alias(known.sns(), known.ORDERS, "live").steps] == [60.0, 900.0]


def test_sns_where_the_alias_is_subscribed_already_only_the_old_one_is_parked() -> None:
    trigger = known.with_settings(known.sns(), endpoints=(known.ARN, f"{known.ARN}:live"))

    assert [action["kind"] for action in actions(sns.to_alias(trigger, known.ORDERS, "live"))] == ["park_subscription"]


def test_sns_an_end_that_is_subscribed_with_another_filter_is_a_gate() -> None:
    ends = (f"{known.ARN}:live", EVENTS)
    trigger = known.with_settings(known.sns(), endpoints=(known.ARN, *ends), other_filter=ends)

    assert gates(sns.to_alias(trigger, known.ORDERS, "live")) == ["sns-other-filter"]
    assert "sns-other-filter" in gates(sns.to_service(trigger, known.ORDERS, SERVICE))


def test_sns_the_service_is_subscribed_with_the_attributes_of_the_old_one() -> None:
    repoint = sns.to_service(known.sns("live", RedrivePolicy=REDRIVE), known.ORDERS, SERVICE)

    assert actions(repoint)[0] == {
        "kind": "subscribe",
        "topic": TOPIC,
        "protocol": "https",
        "endpoint": EVENTS,
        "attributes": {
            "DeliveryPolicy": json.dumps(sns.RETRIES),
            "RedrivePolicy": REDRIVE,
            "RawMessageDelivery": "false",
        },
    }
    assert repoint.blockers == ()
    assert repoint.warnings == (f"the service must name `{TOPIC}` in LAMBDA_MIGRATE_SNS_TOPICS to take its messages",)


def test_sns_is_told_to_try_a_url_for_as_long_as_aws_lets_it_and_no_longer() -> None:
    policy = sns.RETRIES["healthyRetryPolicy"]
    numbers = {name: value for name, value in policy.items() if isinstance(value, int)}
    at_once, least, longest = (numbers[f"num{kind}DelayRetries"] for kind in ("No", "Min", "Max"))
    backing_off = numbers["numRetries"] - at_once - least - longest
    shortest_delay, longest_delay = numbers["minDelayTarget"], numbers["maxDelayTarget"]
    fixed = least * shortest_delay + longest * longest_delay

    assert (numbers["numRetries"] <= 100, 1 <= shortest_delay <= longest_delay <= 3600, backing_off > 0) == (True,) * 3
    assert policy["backoffFunction"] in ("arithmetic", "exponential", "geometric", "linear")
    assert 3000 <= fixed + backing_off * shortest_delay <= fixed + backing_off * longest_delay <= 3600


def test_sns_a_delivery_policy_of_the_team_is_kept() -> None:
    theirs = json.dumps({"healthyRetryPolicy": {"numRetries": 9}})

    made = actions(sns.to_service(known.sns("live", DeliveryPolicy=theirs), known.ORDERS, SERVICE))[0]

    assert made["attributes"]["DeliveryPolicy"] == theirs


SLOW = [
    ({}, 30, "the function may take 30 s (its time-out; it was not invoked within 14 days)"),
    ({"longest": "15.0"}, 30, "the function has taken 15.0 s within 14 days"),
    ({"unread": "not allowed"}, 30, "how long the function takes is unknown (not allowed)"),
    (None, 30, "how long the function takes is unknown (nobody has looked)"),
    ({"longest": "4.9"}, 30, ""),
    ({"unread": "not allowed"}, 4, ""),
]


@pytest.mark.parametrize(("found", "timeout", "why"), SLOW)
def test_a_source_that_waits_for_less_than_the_function_takes_is_a_gate(
    found: dict[str, str] | None, timeout: int, why: str
) -> None:
    resources = {} if found is None else {"sns": found, "eventbridge": found}
    goal = Destination("https://orders.example.com", "secretsmanager:orders/api", resources=resources)
    function = known.function(timeout=timeout)
    topic = sns.to_service(known.sns("live", RedrivePolicy=REDRIVE), function, goal)
    rule = eventbridge.to_service(known.eventbridge("live"), function, goal)

    told = [str(blocker) for blocker in (*topic.blockers, *rule.blockers)]
    waits = (
        "sns-too-slow: topic `news`: SNS waits 15 s for the service's answer, then sends the message again",
        "eventbridge-too-slow: rule `paid`: EventBridge waits 5 s for the service's answer, then sends the event again",
    )
    assert told == ([f"{text}; {why}" for text in waits] if why else [])


def test_sns_without_a_dead_letter_queue_is_a_gate() -> None:
    assert gates(sns.to_service(known.sns("live"), known.ORDERS, SERVICE)) == ["sns-without-dead-letter-queue"]


def test_sns_only_a_parked_subscription_is_removed() -> None:
    assert sns.clean_up(known.sns()) == ()
    (step,) = sns.clean_up(known.sns(enabled=False))
    assert action_to_dict(step.action) == {
        "kind": "remove_subscription",
        "subscription": f"{TOPIC}:sub-latest",
        "name": "news",
    }


def test_eventbridge_only_the_arn_of_the_target_changes() -> None:
    target: dict[str, Any] = {"InputPath": "$.detail", "RetryPolicy": {"MaximumRetryAttempts": 3}}

    (action,) = actions(eventbridge.to_alias(known.eventbridge("", **target), known.ORDERS, "live"))

    assert action == {
        "kind": "point_rule",
        "bus": "shop",
        "rule": "paid",
        "target_id": "t1",
        "before": {"Id": "t1", "Arn": known.ARN, **target},
        "after": {"Id": "t1", "Arn": f"{known.ARN}:live", **target},
    }


def test_eventbridge_a_managed_rule_is_a_gate() -> None:
    trigger = known.eventbridge(managed_by="scheduler.amazonaws.com")

    assert gates(eventbridge.to_alias(trigger, known.ORDERS, "live")) == ["eventbridge-managed-rule"]


def test_eventbridge_what_the_api_destination_needs_is_made_first_and_may_do_nothing_else() -> None:
    repoint = eventbridge.to_service(
        known.eventbridge("live", DeadLetterConfig={"Arn": "arn:dead"}), known.ORDERS, SERVICE
    )

    assert actions(repoint) == [
        {
            "kind": "create_role",
            "name": "lambda-migrate-orders-events",
            "trust": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "events.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                        "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
                    }
                ],
            },
            "boundary": "",
        },
        {
            "kind": "put_role_policy",
            "role": "lambda-migrate-orders-events",
            "name": "invoke-api-destination",
            "policy": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": "events:InvokeApiDestination",
                        "Resource": f"arn:aws:events:{known.REGION}:api-destination/lambda-migrate-orders/*",
                    }
                ],
            },
            "before": None,
        },
        {
            "kind": "create_connection",
            "name": "lambda-migrate-orders",
            "header": "x-lambda-migrate-api-key",
            "secret": "secretsmanager:orders/api",
        },
        {
            "kind": "create_api_destination",
            "name": "lambda-migrate-orders",
            "connection": "lambda-migrate-orders",
            "url": EVENTS,
            "rate": 300,
        },
        {
            "kind": "point_rule",
            "bus": "shop",
            "rule": "paid",
            "target_id": "t1",
            "before": {"Id": "t1", "Arn": f"{known.ARN}:live", "DeadLetterConfig": {"Arn": "arn:dead"}},
            "after": {
                "Id": "t1",
                "Arn": "api-destination:lambda-migrate-orders",
                "RoleArn": "role:lambda-migrate-orders-events",
                "DeadLetterConfig": {"Arn": "arn:dead"},
                "InputTransformer": {"InputTemplate": '{"event": <aws.events.event.json>}'},
            },
        },
    ]
    assert (repoint.blockers, repoint.warnings) == ((), ())


def test_eventbridge_an_api_destination_that_was_made_before_is_used_again() -> None:
    repoint = eventbridge.to_service(known.eventbridge("live", endpoint=EVENTS), known.ORDERS, SERVICE)

    assert [action["kind"] for action in actions(repoint)] == ["point_rule"]


def test_eventbridge_without_a_key_or_a_dead_letter_queue_says_so() -> None:
    repoint = eventbridge.to_service(
        known.eventbridge("live"), known.ORDERS, Destination("https://orders.example.com", resources=QUICK)
    )

    assert [(blocker.gate, blocker.acceptable) for blocker in repoint.blockers] == [("service-without-api-key", False)]
    assert repoint.warnings == (
        "rule `paid` has no dead-letter queue: what the service refuses for 24 hours is dropped",
    )


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ({}, {"InputTransformer": {"InputTemplate": '{"event": <aws.events.event.json>}'}}),
        ({"Input": '{"warm": true}'}, {"Input": '{"event": {"warm": true}}'}),
        (
            {"InputPath": "$.detail"},
            {"InputTransformer": {"InputPathsMap": {"part": "$.detail"}, "InputTemplate": '{"event": <part>}'}},
        ),
        (
            {"InputTransformer": {"InputPathsMap": {"id": "$.id"}, "InputTemplate": '{"id": <id>}'}},
            {"InputTransformer": {"InputPathsMap": {"id": "$.id"}, "InputTemplate": '{"event": {"id": <id>}}'}},
        ),
    ],
    ids=["whole", "constant", "part", "template"],
)
def test_eventbridge_the_service_gets_the_same_event_in_an_envelope(
    target: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert eventbridge.enveloped(target) == expected


def test_sqs_the_mapping_is_pointed_at_the_alias() -> None:
    repoint = sqs.to_alias(known.sqs(), known.ORDERS, "live")

    assert actions(repoint) == [
        {
            "kind": "point_mapping",
            "uuid": "11111111-2222",
            "name": "jobs",
            "before": known.ARN,
            "after": f"{known.ARN}:live",
        }
    ]
    assert [step.propagation for step in repoint.steps] == [90.0]


@pytest.mark.parametrize(
    ("consumer", "blocked"),
    [
        (f"arn:aws:sqs:{known.REGION}:jobs", []),
        ("https://sqs.eu-west-1.amazonaws.com/123456789012/jobs", []),
        ("http://127.0.0.1:4566/123456789012/jobs", []),
        ("https://sqs.eu-west-1.amazonaws.com/123456789012/other-jobs", ["sqs-without-consumer"]),
        (f"arn:aws:sqs:{known.REGION}:other", ["sqs-without-consumer"]),
    ],
)
def test_sqs_is_switched_off_only_once_the_service_polls_the_queue(consumer: str, blocked: list[str]) -> None:
    destination = Destination("https://orders.example.com", consumers=frozenset({consumer}))

    repoint = sqs.to_service(known.sqs("live"), known.ORDERS, destination)

    assert actions(repoint) == [
        {"kind": "switch_mapping", "uuid": "11111111-2222", "name": "jobs", "before": True, "after": False}
    ]
    assert gates(repoint) == blocked


def test_sqs_a_filter_of_the_mapping_is_a_warning() -> None:
    trigger = known.sqs("live", FilterCriteria={"Filters": [{"Pattern": "{}"}]})

    assert sqs.to_service(trigger, known.ORDERS, SERVICE).warnings == (
        (
            "the mapping of queue `jobs` filters messages and deletes the rest;"
            " the service gets them all and must do the same"
        ),
    )


def test_sqs_only_a_mapping_that_is_off_is_deleted() -> None:
    assert sqs.clean_up(known.sqs()) == ()
    (step,) = sqs.clean_up(known.sqs(enabled=False))
    assert action_to_dict(step.action) == {"kind": "delete_mapping", "uuid": "11111111-2222", "name": "jobs"}
