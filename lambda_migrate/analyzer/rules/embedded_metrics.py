"""Finds metrics that are written into the log (embedded metric format).

## Why it breaks
Lambda's log stream is read for metrics: a JSON line with an `_aws` member becomes CloudWatch metrics. Lines of a
service are read so only if they reach CloudWatch Logs as whole JSON events, through an agent configured for it.
Otherwise the metrics stop without an error, and so do the alarms on them.

## Instead
Configure the CloudWatch agent for the embedded metric format, or send metrics by API or OpenTelemetry. Check the
alarms.

## Evidence
The embedded metric format specification requires delivery through CloudWatch Logs; Powertools' `Metrics` and
`aws_embedded_metrics` print it to standard output on Lambda.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM704"
SEVERITY = Severity.WARN
HINT = "configure the CloudWatch agent for it, or send the metrics another way, and check the alarms"

VALID = ("import boto3\nboto3.client('cloudwatch').put_metric_data(Namespace='x')\n", "KEY = 'aws'\n")
INVALID = (
    "from aws_lambda_powertools import Metrics\nmetrics = Metrics()\n",
    "from aws_embedded_metrics import metric_scope\n@metric_scope\ndef handler(event, context): ...\n",
    "def line():\n    return {'_aws': {'CloudWatchMetrics': []}}\n",
)
KNOWN_MISSES = ("from shared import metrics\nmetrics.add_metric('Orders', 'Count', 1)\n",)


def check(module: Module) -> Iterator[Fact]:
    """Report the libraries' imports, and the format written by hand."""
    if not module.mentions(b"etrics"):
        return
    message = "metrics written into the log reach CloudWatch by themselves on Lambda only"
    for statement in module.imports:
        first = statement.module.partition(".")[0]
        powertools = first == "aws_lambda_powertools" and statement.attribute in {"Metrics", "EphemeralMetrics"}
        if powertools or first == "aws_embedded_metrics":
            yield module.fact(statement.node, message)
    for node, _ in module.strings:
        if node.value == "CloudWatchMetrics":
            yield module.fact(node, message)
