"""An EventBridge pipe cannot deliver to the service what Lambda, or the pipe itself, delivers to the function.

## Why it matters

A pipe to an API destination sends one record at a time. It does not support windows (`TumblingWindowInSeconds`) or
enhanced fan-out, takes five filters at most, and sends failed records only to a queue or a topic. A pipe from Kafka or
MQ has nowhere to send what fails, and asks no schema registry; from Kafka it needs the consumer group of the mapping. A
pipe of yours that sends batches, builds the event with an input template, does not wait for the function, or uses the
function as its enrichment would send the service something else, or lose what fails.

## What to do

Take the stream or the pipe out of `service.pipes`: it stays on the alias, and is accepted as `trigger:kinesis`,
`trigger:dynamodb`, `trigger:kafka`, `trigger:mq` or `trigger:pipe`. Or change the mapping or the pipe (a batch size of
1), check that the function can handle it, and run this again.
"""

from __future__ import annotations

NAME = "pipe-impossible"
ACCEPTABLE = False
ACCEPTANCE = "a pipe cannot do what the mapping, or the pipe to the function, does."
ASKED = ("cutover --direct",)
