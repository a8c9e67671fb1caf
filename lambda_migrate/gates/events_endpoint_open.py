"""The service does not answer 404 to an event that nobody signed.

## Why it matters

The proxy hands events to the service at one path, signed with a secret key. If that path takes an event without a
signature, so it does from anybody. If it does not answer at all, the proxy's events would not arrive either.

## What to do

Check that the middleware that `init` wrote is still the outermost one of the application, and that the service knows
its signing keys. `lambda-migrate verify` asks again.
"""

from __future__ import annotations

NAME = "events-endpoint-open"
ACCEPTABLE = False
ACCEPTANCE = "anybody who reaches the service could hand it events."
ASKED = ("cutover", "cutover --direct", "proxy rotate-key")
