"""`$LATEST` has other code than the version that the alias points to.

## Why it matters

Somebody changed the function without moving the alias. What is published from `$LATEST` now would bring that change to
everybody along with the proxy, and a failure could have either cause.

## What to do

Publish the change and move the alias in the way that your team releases, see that it works, then run `proxy deploy`
again. Or put `$LATEST` back to the code of the alias.
"""

from __future__ import annotations

NAME = "latest-differs-from-alias"
ACCEPTABLE = True
ACCEPTANCE = "Accept it if the code of `$LATEST` is what you want callers to get."
ASKED = ("cutover", "proxy rotate-key")
