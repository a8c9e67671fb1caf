"""The newest proxy version was published from other code than `$LATEST` has now.

## Why it matters

Somebody deployed after `proxy deploy`. The proxy version still carries the older code, which answers whenever the proxy
falls back to the original handler.

## What to do

Run `lambda-migrate proxy deploy` again; it publishes a version from the code of now. `lambda-migrate freeze` keeps this
from happening during the migration.
"""

from __future__ import annotations

NAME = "proxy-version-outdated"
ACCEPTABLE = False
ACCEPTANCE = "the fallback would run code that the team has replaced."
ASKED = ("cutover",)
