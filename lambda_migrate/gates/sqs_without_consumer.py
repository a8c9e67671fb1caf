"""The service does not poll the queue yet.

## Why it matters

`cutover --direct` switches the event source mapping off. From then on nobody but the service's consumer reads the
queue; without one the messages pile up until they expire.

## What to do

Set the queue's URL in the service's settings (`LAMBDA_MIGRATE_CONSUME_QUEUES`), let it start again, and see with
`lambda-migrate verify` that it polls.
"""

from __future__ import annotations

NAME = "sqs-without-consumer"
ACCEPTABLE = True
ACCEPTANCE = "Accept it if something else empties the queue."
ASKED = ("cutover --direct",)
