"""No published version passes events on to the service yet.

## Why it matters

`cutover` moves the alias from the original version to the proxy version. Without a proxy version it has nowhere to go.

## What to do

Run `lambda-migrate proxy deploy`, check it with `lambda-migrate verify`, then run `cutover` again.
"""

from __future__ import annotations

NAME = "no-proxy-version"
ACCEPTABLE = False
ACCEPTANCE = "traffic needs a proxy version to move to."
ASKED = ("cutover",)
