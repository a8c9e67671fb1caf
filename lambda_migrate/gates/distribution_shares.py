"""A distribution cannot send a share of its requests to the service: all of them would move at once.

## Why it matters

`cutover.weights` asks for a share first. A distribution sends it by a function that runs for each viewer request and
selects the origin. A behavior runs one function for viewer requests, or one of Lambda@Edge, and the owner's is there
already; or the origin is in an origin group, which that function would go around, and with it the second origin.

## What to do

Set `cutover.weights: [100]` to have all requests of the distribution move at once; the way back is one change of the
distribution. Or accept this: the distribution moves at once, and everything else by its weights.
"""

from __future__ import annotations

NAME = "distribution-shares"
ACCEPTABLE = True
ACCEPTANCE = "Accept it if all requests of the distribution may move at once."
ASKED = ("cutover --direct",)
