"""CloudWatch has never counted an invocation of the function.

## Why it matters

Lambda writes no zeros: a function that nobody invokes has no metrics at all. Silence is a proof only where the same
metric was seen before. Here it was not, so perhaps the wrong region or account is looked at.

## What to do

Check the region, the account and the function's name. If the function was truly never used, accept this gate.
"""

from __future__ import annotations

NAME = "no-metrics"
ACCEPTABLE = True
ACCEPTANCE = "Accept it for a function that was never used."
ASKED = ("retire",)
