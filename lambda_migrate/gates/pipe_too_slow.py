"""The function is slower, or its stream busier, than a pipe's API destination allows.

## Why it matters

EventBridge gives an API destination five seconds to answer. What takes longer counts as failed and is sent again, and
nothing behind it in its shard is read meanwhile. Each record is a request of its own, one after the other in a shard
(as many at once as its parallelization factor), and an API destination of ours lets 300 a second through: a stream that
brings more falls behind, until records expire.

What counts is the longest run and the most records within 14 days; where CloudWatch cannot be read, nothing is known.

## What to do

Have the handler queue the work and answer at once. The function's durations are for whole batches, so one record may
take less: measure it, then accept this. Or take the stream out of `service.pipes`; it stays on the alias.
"""

from __future__ import annotations

NAME = "pipe-too-slow"
ACCEPTABLE = True
ACCEPTANCE = (
    "Accept it once you know that one record takes less than five seconds, and how far the stream may fall behind."
)
ASKED = ("cutover --direct",)
