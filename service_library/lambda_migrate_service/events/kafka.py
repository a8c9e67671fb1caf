"""Apache Kafka: a batch of topics, from Amazon MSK or a cluster of one's own."""

from __future__ import annotations

from typing import Any

from .record import is_partial_batch

KIND = "kafka"
SOURCES = ("aws:kafka", "SelfManagedKafka", "aws:SelfManagedKafka")  # AWS writes the clusters of others either way
SAMPLE: dict[str, Any] = {
    "eventSource": "aws:kafka",
    "eventSourceArn": "arn:aws:kafka:eu-west-1:123456789012:cluster/orders/751d2973-a626-431c-9d4e-d7975eb44dd7-2",
    "bootstrapServers": "b-1.orders.kafka.eu-west-1.amazonaws.com:9092",
    "records": {
        "orders-0": [
            {
                "topic": "orders",
                "partition": 0,
                "offset": 15,
                "timestamp": 1760000000000,
                "timestampType": "CREATE_TIME",
                "key": "MTc=",
                "value": "eyJvcmRlciI6IDE3fQ==",
                "headers": [],
            }
        ]
    },
}


def matches(event: object) -> bool:
    """Tell whether the event is a batch of topics."""
    return isinstance(event, dict) and event.get("eventSource") in SOURCES


accepts = is_partial_batch
