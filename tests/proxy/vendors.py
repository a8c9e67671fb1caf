"""What vendors put around a function's handler or its runtime, in our own small stand-ins of what theirs do.

Each traces what it was handed by a line `trace <vendor> <handler>` on standard error. What theirs do was read from
their sources: `otel-instrument` and `otel_wrapper.py` (open-telemetry/opentelemetry-lambda), `datadog_wrapper`
(DataDog/datadog-lambda-extension) and `datadog_lambda/handler.py` (DataDog/datadog-lambda-python),
`newrelic_lambda_wrapper.py` (newrelic/newrelic-lambda-layers), `init_serverless_sdk.py` and `aws_lambda.py`
(getsentry/sentry-python). `scripts/wrappers_on.py` runs their packages; docs/verified.md has what came of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

RUNTIME = """
import importlib, json, os, sys

class Context:
    function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
    aws_request_id = "8a6f2c1e-3b7d-4f60-9a51-0c2d4e6f8a90"
    invoked_function_arn = "arn:aws:lambda:eu-west-1:210987654321:function:orders:live"
    def get_remaining_time_in_millis(self):
        return 10_000

def handle_event_request(request_handler, event, context):
    return request_handler(event, context)

def run():
    module, _, name = os.environ["_HANDLER"].rpartition(".")
    request_handler = getattr(importlib.import_module(module.replace("/", ".")), name)
    for line in sys.stdin:
        print("answer", json.dumps(handle_event_request(request_handler, json.loads(line), Context())), flush=True)

run()
"""
"""A runtime that starts a handler as Lambda's does (aws/aws-lambda-python-runtime-interface-client, `bootstrap.py`)."""

FUNCTION = """
def handler(event, context):
    return {"statusCode": 200, "body": "original"}
"""

TRACE = """
import sys
def traced(vendor, name, call):
    def around(event, context):
        print("trace", vendor, name, file=sys.stderr)
        return call(event, context)
    return around
"""


@dataclass(frozen=True)
class Vendor:
    """What a vendor adds to a function.

    Attributes:
        handler: The function's handler, as configured.
        script: Name of the script that `AWS_LAMBDA_EXEC_WRAPPER` names, or "".
        environment: Variables of the function.
        files: What its layers bring below `/opt`, by path; `@OPT@` stands for where that is here.
        more: Lines at the end of the function's own module.
        entry: Whether it traces whatever handler is configured, so that it sees what goes to the service too.
    """

    handler: str = "app.handler"
    script: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    more: str = ""
    entry: bool = False


OPEN_TELEMETRY = Vendor(
    script="otel-instrument",
    entry=True,
    files={
        "otel-instrument": """#!/bin/bash
set -ef -o pipefail
export PYTHONPATH="@OPT@/python:$PYTHONPATH"
export ORIG_HANDLER=$_HANDLER
export _HANDLER="otel_wrapper.lambda_handler"
exec "$1" @OPT@/python/bin/opentelemetry-instrument "$@"
""",
        "otel-handler": """#!/bin/bash
exec "$(dirname "${BASH_SOURCE[0]}")/otel-instrument" "$@"
""",
        "python/bin/opentelemetry-instrument": "import os, sys\nos.execv(sys.argv[1], sys.argv[1:])\n",
        "python/otel_wrapper.py": """
import importlib, os
from vendor_trace import traced
module, name = os.environ["ORIG_HANDLER"].rsplit(".", 1)
module = importlib.import_module(module.replace("/", "."))
setattr(module, name, traced("otel", os.environ["ORIG_HANDLER"], getattr(module, name)))
lambda_handler = getattr(module, name)
""",
    },
)

OPEN_TELEMETRY_IN_CODE = Vendor(
    more="""
import importlib, os  # `AwsLambdaInstrumentor().instrument()` at the end of a module, as its documentation has it
from vendor_trace import traced
named = os.environ.get("ORIG_HANDLER", os.environ["_HANDLER"])
module, name = named.replace("/", ".").rsplit(".", 1)
module = importlib.import_module(module)
setattr(module, name, traced("otel", named, getattr(module, name)))
""",
)

DATADOG_HANDLER = Vendor(
    handler="datadog_lambda.handler.handler",
    environment={"DD_LAMBDA_HANDLER": "app.handler"},
    files={
        "python/datadog_lambda/__init__.py": "",
        "python/datadog_lambda/handler.py": """
import importlib, os
from vendor_trace import traced
class _LambdaDecorator:
    def __init__(self, func):
        self.func = traced("datadog", os.environ["DD_LAMBDA_HANDLER"], func)
    def __call__(self, event, context, **kwargs):
        return self.func(event, context, **kwargs)
module, name = os.environ["DD_LAMBDA_HANDLER"].rsplit(".", 1)
handler = _LambdaDecorator(getattr(importlib.import_module(module), name))
""",
    },
)

DATADOG_WRAPPER = Vendor(
    handler=DATADOG_HANDLER.handler,
    script="datadog_wrapper",
    environment={**DATADOG_HANDLER.environment, "DD_SERVERLESS_APPSEC_ENABLED": "true"},
    files={
        **DATADOG_HANDLER.files,
        "datadog_wrapper": """#!/bin/bash
args=("$@")
export AWS_LAMBDA_RUNTIME_API="127.0.0.1:9000" DD_TRACE_ENABLED="true"
exec "${args[@]}"
""",
    },
)

NEW_RELIC = Vendor(
    handler="newrelic_lambda_wrapper.handler",
    environment={"NEW_RELIC_LAMBDA_HANDLER": "app.handler"},
    files={
        "python/newrelic_lambda_wrapper.py": """
import importlib, os
from vendor_trace import traced
module, name = os.environ["NEW_RELIC_LAMBDA_HANDLER"].rsplit(".", 1)
wrapped = traced("newrelic", os.environ["NEW_RELIC_LAMBDA_HANDLER"], getattr(importlib.import_module(module), name))
def handler(event, context):
    context.iopipe = object()
    return wrapped(event, context)
""",
    },
)

SENTRY = Vendor(
    handler="sentry_sdk.integrations.init_serverless_sdk.sentry_lambda_handler",
    environment={"SENTRY_INITIAL_HANDLER": "app.handler", "SENTRY_DSN": "https://key@sentry.example.com/1"},
    files={
        "python/sentry_sdk/__init__.py": "",
        "python/sentry_sdk/integrations/__init__.py": "",
        "python/sentry_sdk/integrations/init_serverless_sdk.py": """
import importlib, os, sys
from vendor_trace import traced
runtime = sys.modules["__main__"]
before = runtime.handle_event_request
def reported(request_handler, event, context):
    return before(traced("sentry", "runtime", request_handler), event, context)
runtime.handle_event_request = reported
def sentry_lambda_handler(event, context):
    module, name = os.environ["SENTRY_INITIAL_HANDLER"].rsplit(".", 1)
    called = getattr(importlib.import_module(module), name)
    return traced("sentry", os.environ["SENTRY_INITIAL_HANDLER"], called)(event, context)
""",
    },
)

VENDORS = {
    "otel-instrument": OPEN_TELEMETRY,
    "otel-handler": Vendor(script="otel-handler", files=OPEN_TELEMETRY.files, entry=True),
    "otel in code": OPEN_TELEMETRY_IN_CODE,
    "datadog handler": DATADOG_HANDLER,
    "datadog_wrapper": DATADOG_WRAPPER,
    "new relic handler": NEW_RELIC,
    "sentry handler": SENTRY,
}
