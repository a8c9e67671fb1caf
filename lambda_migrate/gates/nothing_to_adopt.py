"""The ledger lacks nothing, or AWS shows nothing to make one from.

## Why it matters

`adopt` writes down as done what AWS shows of a migration. Where the ledger holds all of it, that would be done twice;
where AWS shows no version of ours, there would be nothing to go back from.

## What to do

`lambda-migrate status` says where the migration stands. If it was begun from another folder, or in another account or
region, run the command there.
"""

from __future__ import annotations

NAME = "nothing-to-adopt"
ACCEPTABLE = False
ACCEPTANCE = "there is nothing to write down."
ASKED = ("adopt",)
