"""No pipe of EventBridge can take to the service what Lambda, or the pipe itself, takes to the function.

## Why it matters

A pipe to an API destination sends one record at a time. It keeps no state of windows (`TumblingWindowInSeconds`), reads
by no consumer of its own, takes five filters at most, and sends what fails to a queue or a topic alone. A pipe of yours
that hands over batches, makes the event by an input template, does not wait for the function, or has its events
enriched by it would bring the service something else, or lose what fails.

## What to do

Take the stream or the pipe out of `service.pipes`: it stays on the alias, and is accepted as `trigger:kinesis`,
`trigger:dynamodb` or `trigger:pipe`. Or change the mapping or the pipe (a batch size of 1), see that the function bears
it, and run this again.
"""

from __future__ import annotations

NAME = "pipe-impossible"
ACCEPTABLE = False
ACCEPTANCE = "Nobody can accept it: a pipe does not do it."
ASKED = ("cutover --direct",)
