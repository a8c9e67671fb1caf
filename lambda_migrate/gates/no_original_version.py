"""No published version is what `$LATEST` is.

## Why it matters

The alias starts on a version with the code and the settings of now, and goes back to it on a rollback. `$LATEST` itself
cannot be that version: it changes, and an alias on it takes no weights.

## What to do

Run `lambda-migrate proxy deploy`, which publishes the original before the proxy version.
"""

from __future__ import annotations

NAME = "no-original-version"
ACCEPTABLE = False
ACCEPTANCE = "the migration starts from the original version, and rolls back to it."
ASKED = ("cutover",)
