"""Nothing has been done yet, so nothing is left to remove.

## Why it matters

The ledger knows what a rollback had to leave in place. This one is empty, which may mean that it is the wrong ledger.

## What to do

`lambda-migrate status` says what comes next. If something was done from another folder, run the command there, or
name the ledger in `ledger:`.
"""

from __future__ import annotations

NAME = "nothing-left"
ACCEPTABLE = False
ACCEPTANCE = "there is nothing to remove."
ASKED = ("cleanup",)
