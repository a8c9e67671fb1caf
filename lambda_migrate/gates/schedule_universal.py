"""The schedule calls Lambda through a universal target, which cannot be pointed at a queue as it is.

## Why it matters

A universal target (`aws-sdk:lambda:invoke`) holds the parameters of a call: the function, the kind of invocation, and
the event as text in `Payload`. A queue needs another call with other parameters. What the function received depends on
how its author wrote that text.

## What to do

Make the function itself the schedule's target, with the event as its input, deploy that, then run this again. Or take
it out of `service.schedule_queues`: it stays on the alias, and is accepted as `trigger:scheduler`.
"""

from __future__ import annotations

NAME = "schedule-universal"
ACCEPTABLE = False
ACCEPTANCE = "the service would not get the event that the function got."
ASKED = ("cutover --direct",)
