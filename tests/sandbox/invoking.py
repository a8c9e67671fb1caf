"""Functions of the embedded AWS, invoked and published, and what is counted of them."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

FAILS = """
import os
def handler(event, context):
    print(f"attempt {context.aws_request_id} in {os.getpid()}")
    raise LookupError(f"no {event['what']}")
"""


def invoke(client: Callable[[str], Any], name: str, event: Any = None, **options: Any) -> Any:
    return json.load(client("lambda").invoke(FunctionName=name, Payload=json.dumps(event or {}), **options)["Payload"])


def wait_until_updated(client: Callable[[str], Any], name: str) -> None:
    waiter = client("lambda").get_waiter("function_updated_v2")
    waiter.wait(FunctionName=name, WaiterConfig={"Delay": 0.05, "MaxAttempts": 200})


def publish_two_versions(client: Callable[[str], Any], name: str) -> None:
    functions = client("lambda")
    functions.publish_version(FunctionName=name)
    functions.update_function_configuration(FunctionName=name, Description="second")
    wait_until_updated(client, name)
    functions.publish_version(FunctionName=name)


def total(client: Callable[[str], Any], namespace: str, metric: str, dimensions: dict[str, str]) -> float:
    """Return the sum of a metric over the last minutes, read in periods of one second."""
    now = dt.datetime.now(dt.UTC)
    pairs = [{"Name": name, "Value": value} for name, value in dimensions.items()]
    query = {
        "Id": "sum",
        "MetricStat": {
            "Metric": {"Namespace": namespace, "MetricName": metric, "Dimensions": pairs},
            "Period": 1,
            "Stat": "Sum",
        },
    }
    start, end = now - dt.timedelta(minutes=5), now + dt.timedelta(seconds=2)
    answer = client("cloudwatch").get_metric_data(MetricDataQueries=[query], StartTime=start, EndTime=end)
    return float(sum(answer["MetricDataResults"][0]["Values"]))
