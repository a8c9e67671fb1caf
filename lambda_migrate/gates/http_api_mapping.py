"""The integration of the HTTP API changes requests in a way that cannot be copied.

## Why it matters

Headers and query strings that the integration adds, replaces or removes are copied to the one that leads to the
service; so is what it changes in answers. A path that it overwrites, or settings of its TLS connection, mean something
else in front of a URL: the way to the service needs the path for itself.

## What to do

Do in the service what the mapping did, remove it from the integration, and plan again.
"""

from __future__ import annotations

NAME = "http-api-mapping"
ACCEPTABLE = True
ACCEPTANCE = "Accept it if the service does without what the mapping did."
ASKED = ("cutover --direct",)
