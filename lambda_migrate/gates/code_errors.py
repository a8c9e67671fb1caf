"""The analyzer found errors in the code, and nobody has fixed or accepted them.

## Why it matters

Each error is something that works on Lambda and fails in a long-running service, or gives wrong answers there. Traffic
must not be the first to find out.

## What to do

Run `lambda-migrate analyze` for the list, and `lambda-migrate explain LM204` (with the code of the finding) for what to
do about each. Fix the code that the service runs, or accept the finding with a reason.
"""

from __future__ import annotations

NAME = "code-errors"
ACCEPTABLE = False
ACCEPTANCE = "accept single findings instead: their rule code in `accept:`, or an `allow` comment beside the line."
ASKED = ("cutover", "cutover --direct", "doctor")
