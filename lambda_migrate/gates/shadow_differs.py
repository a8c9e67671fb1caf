"""The service's answers differ from the function's more often than is allowed.

## Why it matters

Each event went to the original version, to the service, and to the original once more. What differs between the
original's own two answers is ignored; the rest is what callers will notice once traffic moves.

## What to do

`verify shadow` shows the differences, the most frequent first, each with its smallest example. Fix the service. Where a
difference does not matter, such as a time or an id, add it to `noise.yaml` with the reason, or let `--learn` add those
that the original itself shows. Then run the same command again.
"""

from __future__ import annotations

NAME = "shadow-differs"
ACCEPTABLE = False
ACCEPTANCE = "a difference that does not matter belongs in noise.yaml, with its reason."
ASKED = ("verify shadow",)
