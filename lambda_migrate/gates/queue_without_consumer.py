"""The service does not consume the queue that a bucket's or a schedule's events are to go to.

## Why it matters

`service.s3_queues` and `service.schedule_queues` send events to the service through a queue. If nothing consumes it,
they wait there and are not handled. Consumed as an ordinary queue, they would reach the handler as events of SQS, with
the event that it knows as text in their body.

## What to do

Set the queue's URL in the service's `LAMBDA_MIGRATE_CONSUME_NOTIFICATIONS`, allow the service to receive and delete,
restart it, and check with `verify` that it polls.
"""

from __future__ import annotations

NAME = "queue-without-consumer"
ACCEPTABLE = True
ACCEPTANCE = "Accept it if something else consumes the queue and handles what the function did."
ASKED = ("cutover --direct",)
