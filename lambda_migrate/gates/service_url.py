"""migration.yaml does not say where the service is.

## Why it matters

The proxy passes events on to `service.url`. With `cutover --direct` AWS itself sends them, to `service.public_url` or,
where that is not set, to `service.url`.

## What to do

Deploy the service and set `service.url` in migration.yaml; set `service.public_url` too where AWS reaches the service
at another address than the function does.
"""

from __future__ import annotations

NAME = "service-url"
ACCEPTABLE = False
ACCEPTANCE = "without the URL there is nothing that traffic could be sent to."
ASKED = ("service deploy", "proxy deploy", "proxy rotate-key", "cutover", "cutover --direct")
