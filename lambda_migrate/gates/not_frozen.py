"""The function is not frozen.

## Why it matters

To check, to enforce and to end a freeze is about what was recorded when it began. Nothing was recorded.

## What to do

`lambda-migrate freeze` records the state of the function and announces the freeze.
"""

from __future__ import annotations

NAME = "not-frozen"
ACCEPTABLE = False
ACCEPTANCE = "without a record, nothing can be compared."
ASKED = ("freeze --check", "freeze --enforce", "freeze --refresh", "freeze --lift")
