"""A rollback would end at a proxy version that signs with a key which has been dropped.

## Why it matters

After `proxy rotate-key --finish` the service refuses what the old key signed. A version that was published before the
rotation signs with that key: every event that reaches it would be refused.

## What to do

Roll back all of it (`lambda-migrate rollback`): traffic then goes straight to the original, which signs nothing. Or
stay on the version that signs with the new key.
"""

from __future__ import annotations

NAME = "signing-key-dropped"
ACCEPTABLE = False
ACCEPTANCE = "the service refuses what the dropped key signs, and nobody can make that key again."
ASKED = ("rollback",)
