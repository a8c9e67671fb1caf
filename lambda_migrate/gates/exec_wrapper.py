"""A wrapper script starts the function's runtime, and is not one that the proxy is known to get along with.

## Why it matters

`AWS_LAMBDA_EXEC_WRAPPER` names a script that runs before the runtime, and may replace the handler or the way in which
it is started. The proxy replaces the handler too, and what the two make of each other is not known.

It is known of OpenTelemetry's `/opt/otel-instrument` and `/opt/otel-handler`, and of Datadog's `/opt/datadog_wrapper`:
they go on tracing, and nobody is asked. The same holds where a vendor's handler stands in front of the function's own
(Datadog, New Relic, Sentry): the proxy calls the vendor's.

## What to do

Publish a version in a test account, with the wrapper and the proxy, and invoke it. Or take the wrapper off before the
migration; most of them only trace.
"""

from __future__ import annotations

NAME = "exec-wrapper"
ACCEPTABLE = True
ACCEPTANCE = "Accept it once you have seen a version with both the wrapper and the proxy answer."
ASKED = ("proxy deploy", "proxy rotate-key", "doctor")
