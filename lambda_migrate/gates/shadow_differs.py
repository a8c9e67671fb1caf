"""The service answers otherwise than the function does, more often than is allowed.

## Why it matters

Each event went to the original version, to the service, and to the original once more. What differs between the two
answers of the original counts for nothing; the rest is what callers will notice once traffic moves.

## What to do

`verify shadow` shows the differences, the most frequent first, each with its smallest example. Fix the service. Where a
difference means nothing, a time or an id, write it into `noise.yaml` with the reason, or let `--learn` write those that
the original itself shows. Then run the same command again.
"""

from __future__ import annotations

NAME = "shadow-differs"
ACCEPTABLE = False
ACCEPTANCE = "Nobody can: a difference that means nothing is a rule in noise.yaml, with its reason."
ASKED = ("verify shadow",)
