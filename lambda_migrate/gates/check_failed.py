"""A check has failed.

## Why it matters

What a check looks at is needed by a later phase, which would stop at the same place, perhaps with traffic on its way.

## What to do

Do what the hint of the check says, then run the command again. The checks that are shown below each other are
independent: one that fails stops no other.
"""

from __future__ import annotations

NAME = "check-failed"
ACCEPTABLE = False
ACCEPTANCE = "fix what the check is about; where it is a gate, `accept:` takes the name of that gate."
ASKED = ("verify", "doctor")
