"""Finds imports of the X-Ray SDK.

## Why it breaks
Lambda opens a trace segment for each invocation, and the SDK adds to it. On a service there is none: `patch_all()`
makes every boto3 and HTTP call log `cannot find the current segment`, or raise, and no trace arrives, because no daemon
listens.

## Instead
Use OpenTelemetry with a collector; or add the SDK's middleware, which opens segments, and run the daemon.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM505"
SEVERITY = Severity.WARN
HINT = "use OpenTelemetry, or add the SDK's middleware and run the X-Ray daemon"

VALID = ("import opentelemetry\n",)
INVALID = (
    "from aws_xray_sdk.core import patch_all\npatch_all()\n",
    "import aws_xray_sdk\n",
    "from aws_lambda_powertools import Tracer\ntracer = Tracer()\n",
)
KNOWN_MISSES = ("xray = __import__('aws_' + 'xray_sdk')\n",)


def check(module: Module) -> Iterator[Fact]:
    """Report the imports, and Powertools' tracer, which uses the SDK."""
    if not module.mentions(b"aws_xray_sdk", b"Tracer"):
        return
    for statement in module.imports:
        if statement.module.partition(".")[0] == "aws_xray_sdk":
            yield module.fact(statement.node, "the X-Ray SDK finds no segment outside Lambda")
        elif statement.module.startswith("aws_lambda_powertools") and statement.attribute == "Tracer":
            yield module.fact(
                statement.node, "Powertools' `Tracer` uses the X-Ray SDK, which finds no segment outside Lambda"
            )
