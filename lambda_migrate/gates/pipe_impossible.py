"""No pipe of EventBridge can take the stream to the service as Lambda takes it to the function.

## Why it matters

A pipe to an API destination sends one record at a time. It keeps no state of windows (`TumblingWindowInSeconds`), reads
by no consumer of its own, takes five filters at most, and sends what fails to a queue or a topic alone.

## What to do

Take the stream out of `service.pipes`: it stays on the alias, and is accepted as `trigger:kinesis` or
`trigger:dynamodb`. Or change the mapping, see that the function bears it, and run this again.
"""

from __future__ import annotations

NAME = "pipe-impossible"
ACCEPTABLE = False
ACCEPTANCE = "Nobody can accept it: a pipe does not do it."
ASKED = ("cutover --direct",)
