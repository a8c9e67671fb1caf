"""What the sandbox adds to MiniStack's pipes: their parameters, and Kinesis and DynamoDB streams to API destinations.

A pipe sends one record at a time, in the order of its shard, and goes on once the answer is good; it tries again
without end. What it is made of is shown as it was given. Functions get such a stream too, each record as a list of one.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes.html
"""

from __future__ import annotations

import http.client
import json
import threading
import time
from typing import TYPE_CHECKING, Any

from ministack.core.responses import request_scope
from ministack.services import cloudwatch, dynamodb, eventbridge, kinesis, lambda_svc, pipes

from lambda_migrate.aws.arn import Arn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

POLL = 0.1
PARTS = ("SourceParameters", "TargetParameters", "Enrichment", "EnrichmentParameters", "LogConfiguration")
GOOD = 300
_starting = threading.Lock()
_readers: list[threading.Thread] = []
_positions: dict[tuple[str, str], int] = {}
"""How far a pipe has read: by its ARN and the shard, the number of the next record."""


def install() -> None:
    """Add it to the MiniStack of this process."""
    pipes._create_pipe = _reading_from_its_start(_keeping_parts(pipes._create_pipe))
    pipes._update_pipe = _keeping_parts(pipes._update_pipe)
    pipes._describe_response = _with_parts(pipes._describe_response)
    pipes._poll_pipe = _to_api_destinations(pipes._poll_pipe)


def _keeping_parts(original: Callable[..., Any]) -> Callable[..., Any]:
    def write(name: str, body: dict[str, Any]) -> Any:
        answer = original(name, body)
        pipe = pipes._pipes.get(name)
        if pipe is not None and answer[0] < GOOD:
            pipe |= {part: body[part] for part in PARTS if part in body}
        return answer

    return write


def _reading_from_its_start(original: Callable[..., Any]) -> Callable[..., Any]:
    """A new pipe has read nothing, whatever one of its name had read; the first one of all begins the reading."""

    def create(name: str, body: dict[str, Any]) -> Any:
        answer = original(name, body)
        if answer[0] < GOOD:
            arn = pipes._pipes[name]["Arn"]
            for place in [place for place in _positions if place[0] == arn]:
                del _positions[place]
            with _starting:
                if not _readers:
                    _readers.append(threading.Thread(target=_read_on, daemon=True))
                    _readers[0].start()
        return answer

    return create


def _with_parts(original: Callable[..., Any]) -> Callable[..., Any]:
    def describe(pipe: dict[str, Any]) -> dict[str, Any]:
        return {**original(pipe), **{part: pipe[part] for part in PARTS if part in pipe}}

    return describe


def _to_api_destinations(original: Callable[..., Any]) -> Callable[..., Any]:
    """Leave those to :func:`_read_on`."""

    def poll(database: Any, pipe: dict[str, Any], account: str) -> None:
        if _receiver(pipe) is None:
            original(database, pipe, account)

    return poll


def _read_on() -> None:
    while True:
        time.sleep(POLL)
        for account, region, pipe in pipes._iter_all_pipes():
            if _receiver(pipe) and pipe.get("CurrentState") == "RUNNING":
                with request_scope(account, region):
                    _send_what_there_is(pipe)


def _receiver(pipe: dict[str, Any]) -> Callable[[dict[str, Any], dict[str, Any]], bool] | None:
    """Return what hands a record to the target of a pipe as it is now; None for what is MiniStack's own."""
    target = Arn.parse(pipe.get("Target", ""))
    return _sent if target.below("api-destination") else _invoked if target.service == "lambda" else None


def _send_what_there_is(pipe: dict[str, Any]) -> None:
    for shard, begin, records in _shards(pipe):
        place = (pipe["Arn"], shard)
        for record in records[_positions.setdefault(place, begin) :]:
            receiver = _receiver(pipe)
            if pipe.get("CurrentState") != "RUNNING" or receiver is None or not receiver(pipe, record):
                break
            _positions[place] += 1


def _shards(pipe: dict[str, Any]) -> Iterator[tuple[str, int, list[dict[str, Any]]]]:
    """Yield each shard of the source, with where the pipe begins in it, and its records as a pipe sends them."""
    source, parameters = Arn.parse(pipe["Source"]), pipe.get("SourceParameters") or {}
    if source.service == "kinesis":
        start = parameters.get("KinesisStreamParameters") or {}
        stream = kinesis._streams.get(source.last) or {"shards": {}}
        for name, shard in stream["shards"].items():
            held = list(shard["records"])
            begin = _first(start, [each["ApproximateArrivalTimestamp"] for each in held], pipe["CreationTime"])
            yield name, begin, [_flat(pipe["Source"], name, each) for each in held]
    elif source.service == "dynamodb":
        table = source.resource.split("/")[1]
        first, last = dynamodb.stream_start_position(table), dynamodb.stream_end_position(table)
        yield table, 0, list(dynamodb.stream_records_since(table, first, last - first))


def _first(start: dict[str, Any], times: list[float], made: float) -> int:
    if start.get("StartingPosition") == "TRIM_HORIZON":
        return 0
    since = float(start.get("StartingPositionTimestamp") or made)
    return next((place for place, each in enumerate(times) if each >= since), len(times))


def _flat(source: str, shard: str, record: dict[str, Any]) -> dict[str, Any]:
    return {
        "kinesisSchemaVersion": "1.0",
        "partitionKey": record["PartitionKey"],
        "sequenceNumber": record["SequenceNumber"],
        "data": kinesis._ensure_base64(record["Data"]),
        "approximateArrivalTimestamp": record["ApproximateArrivalTimestamp"],
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"{shard}:{record['SequenceNumber']}",
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": "arn:aws:iam::000000000000:role/pipes",
        "awsRegion": Arn.parse(source).region,
        "eventSourceARN": source,
    }


def _invoked(pipe: dict[str, Any], record: dict[str, Any]) -> bool:
    """Invoke a function with a list of one record; return whether it succeeds."""
    function, config, _name = lambda_svc._get_func_record_for_ref(pipe["Target"])  # MiniStack has no other way in
    if config is None:
        return False
    execution = lambda_svc._execution_record_for_config(function, config)  # as above
    return not lambda_svc._execute_function_with_config_scope(execution, [record]).get("error")  # as above


def _sent(pipe: dict[str, Any], record: dict[str, Any]) -> bool:
    """Send a record to an API destination; return whether the answer is good.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-monitoring.html
    """
    about = eventbridge._api_destinations.get(Arn.parse(pipe["Target"]).below("api-destination").partition("/")[0])
    if about is None:
        return False
    connection = eventbridge._connections.get(Arn.parse(about["ConnectionArn"]).last)
    parameters = (pipe.get("TargetParameters") or {}).get("HttpParameters") or {}
    request = eventbridge._build_api_destination_request(about, connection, parameters, json.dumps(record))
    try:
        headers = eventbridge._connection_auth_headers(connection, ("", "", ""))
        good = bool(eventbridge._api_destination_send_sync(request, headers) < GOOD)
    except (OSError, http.client.HTTPException):
        good = False
    for metric, value in (("Invocations", 1), ("ExecutionFailed", int(not good))):
        named = {"PipeName": pipe["Name"]}
        cloudwatch.record_metric("AWS/EventBridge/Pipes", metric, value, "Count", named)
    return good
