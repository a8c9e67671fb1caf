"""The service is not healthy, not ready, or too slow.

## Why it matters

Before traffic moves the service is asked at `service.health` and `service.readiness`, three times in a row, each answer
within `verify.slow`. A service that does not pass now would fail requests from the first weight on.

## What to do

Look at the service's log, then ask it again with `lambda-migrate verify`. If it needs longer to start, raise
`verify.timeout`; if it is well but slow to say so, raise `verify.slow`.
"""

from __future__ import annotations

NAME = "service-unhealthy"
ACCEPTABLE = False
ACCEPTANCE = "traffic would fail on it."
ASKED = ("cutover", "cutover --direct", "proxy rotate-key")
