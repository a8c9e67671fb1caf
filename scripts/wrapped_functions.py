"""A function with Mangum, and how vendors' packages stand around it.

What vendors publish as layers alone (scripts that start the runtime, and the modules that they name) is written here
again, and calls their packages as theirs does.
"""

from __future__ import annotations

from dataclasses import dataclass, field

BOOTSTRAP = """
import os, sys
sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
from awslambdaric import bootstrap
from awslambdaric.lambda_runtime_client import LambdaRuntimeClient
bootstrap.run(os.environ["_HANDLER"], LambdaRuntimeClient(os.environ["AWS_LAMBDA_RUNTIME_API"]))
"""
"""How Lambda's managed runtimes start a handler."""

APPLICATION = """
from fastapi import FastAPI
from mangum import Mangum
app = FastAPI()
@app.get("/orders")
def orders():
    return {"who": "original"}
adapter = Mangum(app, lifespan="off")
def handler(event, context):
    return {"batchItemFailures": []} if "Records" in event else adapter(event, context)
"""
SENTRY_LAYER = """
import importlib, os
import sentry_sdk
from sentry_sdk.integrations.aws_lambda import AwsLambdaIntegration
sentry_sdk.init(dsn=os.environ["SENTRY_DSN"], integrations=[AwsLambdaIntegration(timeout_warning=True)],
                traces_sample_rate=1.0)
def sentry_lambda_handler(event, context):
    module, name = os.environ["SENTRY_INITIAL_HANDLER"].rsplit(".", 1)
    return getattr(importlib.import_module(module), name)(event, context)
"""
SENTRY_IN_CODE = """
import os, sentry_sdk
from sentry_sdk.integrations.aws_lambda import AwsLambdaIntegration
sentry_sdk.init(dsn=os.environ["SENTRY_DSN"], integrations=[AwsLambdaIntegration()], traces_sample_rate=1.0)
"""
NEW_RELIC_LAYER = """
import importlib, os
import newrelic.agent
from newrelic_lambda.lambda_handler import lambda_handler
newrelic.agent.initialize()
@lambda_handler()
def handler(event, context):
    module, name = os.environ["NEW_RELIC_LAMBDA_HANDLER"].rsplit(".", 1)
    return getattr(importlib.import_module(module), name)(event, context)
"""
OTEL_PROVIDER = """
from opentelemetry import trace
from opentelemetry.instrumentation.aws_lambda import AwsLambdaInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(ConsoleSpanExporter()))
trace.set_tracer_provider(provider)
AwsLambdaInstrumentor().instrument()
"""
OTEL_WRAPPER = f"""{OTEL_PROVIDER}
import importlib, os
module, name = os.environ["ORIG_HANDLER"].rsplit(".", 1)
lambda_handler = getattr(importlib.import_module(module.replace("/", ".")), name)
"""
OTEL_SCRIPT = """#!/bin/sh
export ORIG_HANDLER="$_HANDLER" _HANDLER=otel_wrapper.lambda_handler
exec "$@"
"""
POWERTOOLS = """
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
logger, metrics = Logger(service="orders"), Metrics(namespace="orders", service="orders")
within = handler
@logger.inject_lambda_context
@metrics.log_metrics(capture_cold_start_metric=False)
def handler(event, context):
    logger.info("powertools traced")
    metrics.add_metric(name="handled", unit=MetricUnit.Count, value=1)
    return within(event, context)
"""


@dataclass(frozen=True)
class Wrapper:
    """A vendor's package, and how it stands around the function.

    Attributes:
        packages: From the package index.
        trace: What stands once in the output, or in what the vendor sends, for each invocation that it traces.
        handler: The function's handler, as configured.
        files: Of the function's package, besides the application.
        more: Lines at the end of the application.
        script: Starts the runtime, or "".
        variables: Of the function.
    """

    packages: tuple[str, ...]
    trace: str
    handler: str = "app.handler"
    files: dict[str, str] = field(default_factory=dict)
    more: str = ""
    script: str = ""
    variables: dict[str, str] = field(default_factory=dict)


_OTEL = ("opentelemetry-instrumentation-aws-lambda", "opentelemetry-sdk")
_SPAN = '"kind": "SpanKind.SERVER"'
_TRANSACTION = '"type":"transaction"'
WRAPPERS = {
    "none": Wrapper((), "never"),
    "datadog handler": Wrapper(
        ("datadog-lambda",),
        '"traces":',
        handler="datadog_lambda.handler.handler",
        variables={"DD_LAMBDA_HANDLER": "app.handler", "DD_FLUSH_TO_LOG": "true", "DD_TRACE_ENABLED": "true"},
    ),
    "opentelemetry script": Wrapper(_OTEL, _SPAN, files={"otel_wrapper.py": OTEL_WRAPPER}, script=OTEL_SCRIPT),
    "opentelemetry in code": Wrapper(_OTEL, _SPAN, more=OTEL_PROVIDER),
    "sentry handler": Wrapper(
        ("sentry-sdk",),
        _TRANSACTION,
        handler="serverless_sdk.sentry_lambda_handler",
        files={"serverless_sdk.py": SENTRY_LAYER},
        variables={"SENTRY_INITIAL_HANDLER": "app.handler"},
    ),
    "sentry in code": Wrapper(("sentry-sdk",), _TRANSACTION, more=SENTRY_IN_CODE),
    "new relic handler": Wrapper(
        ("newrelic-lambda", "boto3"),
        "NR_LAMBDA_MONITORING",
        handler="newrelic_lambda_wrapper.handler",
        files={"newrelic_lambda_wrapper.py": NEW_RELIC_LAYER},
        variables={
            "NEW_RELIC_LAMBDA_HANDLER": "app.handler",
            "NEW_RELIC_SERVERLESS_MODE_ENABLED": "true",
            "NEW_RELIC_ACCOUNT_ID": "1",
            "NEW_RELIC_TRUSTED_ACCOUNT_KEY": "1",
            "NEW_RELIC_LOG": "/dev/null",
        },
    ),
    "powertools": Wrapper(("aws-lambda-powertools",), '"message":"powertools traced"', more=POWERTOOLS),
}
