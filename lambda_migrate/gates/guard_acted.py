"""Traffic went back by itself before the step was judged.

## Why it matters

A schedule in AWS puts traffic back when nobody has said in time that it may stay: the process was stopped, or could
not reach AWS. The weight that would be judged is not there any more.

## What to do

Run the same command again, which begins with the first weight. If that happens because the machine sleeps, raise
`cutover.guard.grace` or run the command elsewhere.
"""

from __future__ import annotations

NAME = "guard-acted"
ACCEPTABLE = False
ACCEPTANCE = "traffic has already gone back, so nothing can be judged."
ASKED = ("cutover", "proxy rotate-key")
