"""Worlds of the actions on callers that came later: streams, load balancers, function URLs, what names a function."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.event_source.point_mapping import PointMapping
from tests.actions.stage import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.actions.stage import Stage


def point_stream_mapping(stage: Stage, source: Callable[[Stage], str]) -> World:
    arn = stage.function()
    live = stage.alias("live", stage.publish("original"))
    theirs = stage.alias("theirs", "1")
    uuid = stage.lambda_.create_event_source_mapping(
        FunctionName=arn, EventSourceArn=source(stage), StartingPosition="TRIM_HORIZON"
    )["UUID"]
    stage.mapping_at_rest(uuid)

    def documents() -> Any:
        listed = stage.lambda_.list_event_source_mappings(FunctionName=stage.name)["EventSourceMappings"]
        return {each["UUID"]: stage.mappings()[each["EventSourceArn"]] for each in listed}

    def elsewhere() -> None:
        stage.lambda_.update_event_source_mapping(UUID=uuid, FunctionName=theirs)
        stage.mapping_at_rest(uuid)

    return World(
        PointMapping(uuid, "clicks", arn, live),
        documents=documents,
        foreign=lambda: stage.batch_size(uuid, 5),
        drift=elsewhere,
    )


def kinesis(stage: Stage) -> str:
    client = stage.client("kinesis")
    client.create_stream(StreamName=stage.name, ShardCount=1)
    return str(client.describe_stream(StreamName=stage.name)["StreamDescription"]["StreamARN"])


def dynamodb(stage: Stage) -> str:
    made = stage.client("dynamodb").create_table(
        TableName=stage.name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    return str(made["TableDescription"]["LatestStreamArn"])


WORLDS: dict[str, Callable[[Stage], World]] = {
    "point_mapping/kinesis": partial(point_stream_mapping, source=kinesis),
    "point_mapping/dynamodb": partial(point_stream_mapping, source=dynamodb),
}
