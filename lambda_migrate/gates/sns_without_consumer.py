"""The service does not consume the queue that the topic's messages are to go to.

## Why it matters

`service.sns_queues` sends a topic's messages to the service by a queue. Once the subscription of the function is
parked, they would wait there and nobody would handle them. Consumed as an ordinary queue, they would reach the handler
as events of SQS, with what SNS wrote in their body.

## What to do

Set the queue's URL in the service's `LAMBDA_MIGRATE_CONSUME_NOTIFICATIONS`, allow the service to receive and delete,
let it start again, and see with `verify` that it polls.
"""

from __future__ import annotations

NAME = "sns-without-consumer"
ACCEPTABLE = True
ACCEPTANCE = "Accept it if something else consumes the queue and handles what the function did."
ASKED = ("cutover --direct",)
