"""Kinesis streams, which Lambda reads through an event source mapping.

The mapping keeps its place in every shard when its function changes, and the order within a shard. AWS shows that place
to nobody; a pipe of EventBridge that takes the stream to the service begins some minutes before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.triggers import pipe_target, piped_stream, stream_metrics
from lambda_migrate.triggers.event_source import FOUND, IN_PLACE, PROPAGATION, REPEATED, RETURNED, clean_up, to_alias
from lambda_migrate.triggers.event_source import MappingSettings as Settings
from lambda_migrate.triggers.pipe_target import COUNTED, FAILING
from lambda_migrate.triggers.piped_stream import Stream
from lambda_migrate.triggers.stream_metrics import CALLS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.config import Service
    from lambda_migrate.engine.source_metrics import SourceMetrics
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Destination, Repoint, Trigger

KIND = "kinesis"
LABEL = "Kinesis stream"
TRAFFIC = "events"
EVENT_SOURCES = ("kinesis",)
ALIAS = IN_PLACE
SERVICE = "an EventBridge pipe sends it to the service record by record, if `service.pipes` names it"
STAYS = "only Lambda knows how far it has read; a pipe, if `service.pipes` names the stream, repeats some minutes"
BACK = f"{RETURNED}; after a pipe it reads again what the pipe has read"
SETTLES = PROPAGATION
TWICE = (
    f"{REPEATED}; by a pipe what came since some minutes before it was made, and on rollback all that the pipe has sent"
    " and the stream still holds"
)
PAUSABLE = True
STREAM = Stream(
    KIND,
    LABEL,
    "KinesisStreamParameters",
    "kinesis",
    tuple(
        f"kinesis:{each}"
        for each in (
            "DescribeStream",
            "DescribeStreamSummary",
            "GetRecords",
            "GetShardIterator",
            "ListShards",
            "SubscribeToShard",
        )
    ),
    by_time=True,
    metrics="AWS/Kinesis:StreamName",
)

__all__ = ["CALLS", "COUNTED", "FAILING", "FOUND", "Settings", "clean_up", "to_alias"]


def look_up(
    aws: Aws, function: Function, service: Service, triggers: Sequence[Trigger[Settings]] = ()
) -> dict[str, str]:
    """Return what is to be known before streams go by pipes."""
    return stream_metrics.look_up(aws, function, service, triggers, pipe_target.name(function, KIND), STREAM.metrics)


def to_service(trigger: Trigger[Settings], function: Function, destination: Destination) -> Repoint | None:
    """Let a pipe take over, where migration.yaml names the stream."""
    return piped_stream.to_service(trigger, function, destination, STREAM)


def source_metrics(_trigger: Trigger[Settings]) -> SourceMetrics | None:
    """Return nothing: the pipe counts, see :func:`to_service`."""
    return None
