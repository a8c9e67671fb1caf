"""Streams that reach the service by a pipe of EventBridge."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lambda_migrate.actions import action_to_dict
from lambda_migrate.config import Service
from lambda_migrate.engine.source_metrics import SourceMetrics
from lambda_migrate.errors import NotAllowed, NotFound
from lambda_migrate.triggers import TRIGGERS, stream_metrics
from lambda_migrate.triggers.base import Destination, Repoint, Trigger
from lambda_migrate.triggers.event_source import MappingSettings
from tests.inventory.fake_aws import FakeAws
from tests.triggers import known

NOW = 1_800_000_000.0
SCANS = f"arn:aws:kinesis:{known.REGION}:stream/scans"
TABLE = f"arn:aws:dynamodb:{known.REGION}:table/orders/stream/2026-01-01T00:00:00.000"
DEAD = f"arn:aws:sqs:{known.REGION}:dead"
SHARED = "lambda-migrate-orders-kinesis"
LOOKED = {"longest": "0.8", "behind": "420", "largest stream/scans": "1000", "peak stream/scans": "12.0"}
READY = Destination(
    "https://orders.example.com",
    api_key="secretsmanager:orders/api",
    resources={"kinesis": LOOKED, "dynamodb": LOOKED},
    pipes=frozenset({"scans", "orders"}),
)


def stream(source: str = SCANS, *, enabled: bool = True, **mapping: Any) -> Trigger[MappingSettings]:
    settings = MappingSettings(
        source=source, function=known.qualified("live"), mapping={"MaximumRetryAttempts": 5, "BatchSize": 1, **mapping}
    )
    kind, name = source.split(":")[2], source.split(":", 5)[5]
    return Trigger(kind, "5e1f", name, "live", settings, enabled=enabled)


def moved(trigger: Trigger[MappingSettings], destination: Destination = READY) -> Repoint:
    repoint = TRIGGERS[trigger.kind].to_service(trigger, known.ORDERS, destination)
    assert repoint is not None
    return repoint


def gates(trigger: Trigger[MappingSettings], destination: Destination = READY) -> list[str]:
    return [blocker.gate for blocker in moved(trigger, destination).blockers]


def test_a_stopped_pipe_is_made_the_mapping_is_switched_off_and_the_pipe_started() -> None:
    filters = {"Filters": [{"Pattern": "{}"}]}
    failed = {"OnFailure": {"Destination": DEAD}}

    repoint = moved(stream(ParallelizationFactor=2, FilterCriteria=filters, DestinationConfig=failed))

    pipe = repoint.steps[2].action.name  # type: ignore[attr-defined]  # it is one that switches a pipe
    assert [action_to_dict(step.action) for step in repoint.steps] == [
        {
            "kind": "create_pipe",
            "name": pipe,
            "source": SCANS,
            "destination": SHARED,
            "role": SHARED,
            "member": "KinesisStreamParameters",
            "parameters": {
                "BatchSize": 1,
                "MaximumRetryAttempts": 5,
                "ParallelizationFactor": 2,
                "DeadLetterConfig": {"Arn": DEAD},
            },
            "filters": filters,
            "behind": 420.0,
            "sends": "kinesis",
        },
        {"kind": "switch_mapping", "uuid": "5e1f", "name": "stream/scans", "before": True, "after": False},
        {"kind": "switch_pipe", "name": pipe, "before": False, "after": True},
    ]
    assert (repoint.blockers, repoint.warnings) == ((), ())
    assert repoint.source_metrics == SourceMetrics(
        "AWS/EventBridge/Pipes",
        {"PipeName": pipe},
        tried={"Invocations": 1},
        reached={"Invocations": 1, "ExecutionFailed": -1},
        suspect={"ExecutionFailed": 1},
        arrived="sent",
        suspicious="failed",
    )
    assert repoint.steps[2].risk == "records of about 7 min come again, in their order"
    assert len(pipe) <= 64


def test_its_role_may_read_this_stream_and_send_what_fails_and_no_more() -> None:
    repoint = moved(stream(DestinationConfig={"OnFailure": {"Destination": DEAD}}))

    made = [action_to_dict(step.action) for step in repoint.preparation]
    assert [each["kind"] for each in made] == [
        "create_role",
        "put_role_policy",
        "create_connection",
        "create_api_destination",
        "put_role_policy",
    ]
    assert made[0]["trust"]["Statement"][0]["Principal"] == {"Service": "pipes.amazonaws.com"}
    assert [each["Resource"] for each in made[4]["policy"]["Statement"]] == [SCANS, DEAD]
    assert made[4]["policy"]["Statement"][1]["Action"] == ["sqs:SendMessage"]


def test_what_an_earlier_plan_made_is_not_made_again() -> None:
    there = {"kinesis": LOOKED | {"endpoint": "https://orders.example.com/lambda-proxy-non-api-events"}}

    assert [each.action.kind for each in moved(stream(), replace(READY, resources=there)).preparation] == [
        "put_role_policy"
    ]


def test_a_stream_of_dynamodb_begins_with_the_oldest_record_that_it_has() -> None:
    repoint = moved(stream(TABLE))

    made = action_to_dict(repoint.steps[0].action)
    assert (made["behind"], made["member"], made["sends"]) == (-1.0, "DynamoDBStreamParameters", "dynamodb")
    assert repoint.steps[2].risk == "records of up to a day come again, in their order"
    assert [blocker.gate for blocker in repoint.blockers] == ["pipe-record-size"]


@pytest.mark.parametrize("names", [{"scans"}, {"stream/scans"}])
def test_a_stream_is_named_by_its_own_name_or_as_the_plan_shows_it(names: set[str]) -> None:
    assert moved(stream(), replace(READY, pipes=frozenset(names))).steps


def test_a_stream_that_nobody_names_stays_on_the_alias() -> None:
    for trigger in (stream(), stream(TABLE)):
        assert TRIGGERS[trigger.kind].to_service(trigger, known.ORDERS, replace(READY, pipes=frozenset())) is None


@pytest.mark.parametrize(
    ("trigger", "text"),
    [
        (stream(TumblingWindowInSeconds=60), "it aggregates in windows"),
        (stream(f"{SCANS}/consumer/orders:1"), "it reads through enhanced fan-out"),
        (stream(FilterCriteria={"Filters": [{}] * 6}), "it has more than 5 filters"),
        (
            stream(DestinationConfig={"OnFailure": {"Destination": "arn:aws:s3:::failed"}}),
            "what fails goes to a bucket",
        ),
    ],
)
def test_what_no_pipe_does_keeps_the_stream_where_it_is(trigger: Trigger[MappingSettings], text: str) -> None:
    repoint = moved(trigger)

    (blocker,) = repoint.blockers
    assert (repoint.steps, repoint.preparation, blocker.gate, blocker.acceptable) == ((), (), "pipe-impossible", False)
    assert f": {text}; take it out of `service.pipes`" in blocker.text


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"longest": "5.0"}, ["pipe-too-slow"]),
        ({"unread": "not allowed"}, ["pipe-too-slow"]),
        ({"peak stream/scans": "300.1"}, ["pipe-too-slow"]),
        ({"largest stream/scans": "200000"}, ["pipe-record-size"]),
        ({"largest stream/scans": "0"}, []),
    ],
)
def test_what_a_pipe_may_not_bear_is_a_gate(changed: dict[str, str], found: list[str]) -> None:
    assert gates(stream(), replace(READY, resources={"kinesis": LOOKED | changed})) == found


def test_what_nobody_has_looked_at_is_a_gate_and_a_pipe_then_begins_a_day_before() -> None:
    repoint = moved(stream(), replace(READY, resources={}, api_key=""))

    assert [each.gate for each in repoint.blockers] == [
        "service-without-api-key",
        "pipe-too-slow",
        "pipe-record-size",
    ]
    assert action_to_dict(repoint.steps[0].action)["behind"] == 86_400.0


def test_what_is_otherwise_than_by_the_mapping_is_told() -> None:
    which = "Kinesis stream `stream/scans`"
    each = "through a pipe each record is an event of its own"
    held_up = "tries a record that fails again until it expires, and reads nothing behind it meanwhile"

    assert moved(stream(BatchSize=100, MaximumRetryAttempts=-1)).warnings == (
        f"{which} comes in batches of up to 100 records; {each}",
        f"the pipe of {which} {held_up}, as its mapping does",
    )


def test_the_mapping_that_was_switched_off_is_deleted_at_the_end() -> None:
    for source in (SCANS, TABLE):
        trigger = stream(source, enabled=False)
        (step,) = TRIGGERS[trigger.kind].clean_up(trigger)
        assert step.action.kind == "delete_mapping"
        assert TRIGGERS[trigger.kind].clean_up(stream(source)) == ()


def looked(metrics: dict[str, list[float]], destination: Any = None) -> dict[str, str]:
    def counted(**asked: Any) -> Any:
        return {
            "MetricDataResults": [
                {"Id": each["Id"], "Values": metrics.get(each["MetricStat"]["Metric"]["MetricName"], [])}
                for each in asked["MetricDataQueries"]
            ]
        }

    def described(**_asked: Any) -> Any:
        if destination is None:
            raise NotFound("there is none", operation="events:DescribeApiDestination")
        return destination

    aws: Any = FakeAws(
        {"cloudwatch:get_metric_data": counted, "events:describe_api_destination": described}, now=lambda: NOW
    )
    look_up = TRIGGERS["kinesis"].look_up
    assert look_up is not None
    return dict(look_up(aws, known.ORDERS, Service(pipes=["scans"]), (stream(), stream(f"{SCANS}-of-others"))))


def test_cloudwatch_is_asked_how_far_lambda_is_behind_how_much_comes_and_how_large() -> None:
    read = looked(
        {"IteratorAge": [2_000.0, 61_000.0], "IncomingBytes": [5_000.0], "IncomingRecords": [7_200.0]},
        {"InvocationEndpoint": "https://there"},
    )

    assert read == {
        "behind": "361",
        "largest stream/scans": "5000",
        "peak stream/scans": "2.0",
        "endpoint": "https://there",
    }


def test_where_lambda_took_nothing_within_an_hour_the_pipe_begins_before_that() -> None:
    assert looked({})["behind"] == f"{stream_metrics.LATELY + stream_metrics.MARGIN:.0f}"


def test_where_nobody_is_named_nothing_is_asked() -> None:
    look_up = TRIGGERS["kinesis"].look_up
    assert look_up is not None
    aws: Any = FakeAws({})
    assert look_up(aws, known.ORDERS, Service(), (stream(),)) == {}


def test_metrics_that_cannot_be_read_are_unknown() -> None:
    def refused(**_asked: Any) -> Any:
        raise NotAllowed("not allowed", hint="")

    aws: Any = FakeAws(
        {"cloudwatch:get_metric_data": refused, "events:describe_api_destination": refused}, now=lambda: NOW
    )
    look_up = TRIGGERS["kinesis"].look_up
    assert look_up is not None
    assert look_up(aws, known.ORDERS, Service(pipes=["scans"]), (stream(),)) == {"unread": "not allowed", "behind": ""}


@pytest.mark.parametrize("metric", ["Errors", "Throttles"])
def test_where_the_function_failed_or_was_throttled_the_pipe_begins_a_day_before(metric: str) -> None:
    assert looked({"IteratorAge": [2_000.0], metric: [0.0, 1.0]})["behind"] == ""
    assert looked({"IteratorAge": [2_000.0], metric: [0.0]})["behind"] == "302"
