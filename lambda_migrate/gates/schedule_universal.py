"""The schedule calls Lambda by a universal target, which cannot be sent to a queue as it is.

## Why it matters

A universal target (`aws-sdk:lambda:invoke`) holds the parameters of a call: the function, the kind of invocation, and
the event as text in `Payload`. A queue would get another call with other parameters. What the function got of it
depends on how its author wrote that text.

## What to do

Give the schedule the function itself for its target, with the event as its input, deploy that, then run this again. Or
take it out of `service.schedule_queues`: it stays on the alias, and is accepted as `trigger:scheduler`.
"""

from __future__ import annotations

NAME = "schedule-universal"
ACCEPTABLE = False
ACCEPTANCE = "Nobody can accept it: it cannot be moved that way."
ASKED = ("cutover --direct",)
