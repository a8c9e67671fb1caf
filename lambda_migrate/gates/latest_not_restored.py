"""`$LATEST` still runs the proxy: an earlier run was cut off before it put `$LATEST` back.

## Why it matters

Versions are published from `$LATEST`. `proxy deploy` changes it for some seconds, publishes the proxy version, and puts
it back. Here the last part did not happen. Callers of the unqualified function still get the original handler, through
the proxy.

## What to do

Run `lambda-migrate status`, then finish the run with the command that it names, or undo it with `lambda-migrate
rollback --last`. Both put `$LATEST` back from what the ledger recorded.
"""

from __future__ import annotations

NAME = "latest-not-restored"
ACCEPTABLE = False
ACCEPTANCE = "the next version would be published from a `$LATEST` that is not the team's."
ASKED = ("proxy deploy", "proxy rotate-key", "doctor")
