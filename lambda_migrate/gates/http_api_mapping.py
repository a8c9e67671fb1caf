"""The integration of the HTTP API changes requests in a way that cannot be copied.

## Why it matters

Headers and query strings that the integration adds, replaces or removes are copied to the one that leads to the
service; so is what it changes in answers. A path that it overwrites, or settings of its TLS connection, mean something
else in front of a URL: the way to the service needs the path for itself.

The mapping key of a custom domain, `v1` in `example.com/v1`, is in the path of the function's events. Whether the path
that the service gets has it is not documented; the rehearsal calls the API's own address, without a key.

## What to do

Do in the service what the mapping did, remove it from the integration, and plan again. A mapping key that is the
application's base path (`proxy.base_path`) does no harm: the service takes it off where it is there.
"""

from __future__ import annotations

NAME = "http-api-mapping"
ACCEPTABLE = True
ACCEPTANCE = "Accept it if the service does without what the mapping did."
ASKED = ("cutover --direct",)
