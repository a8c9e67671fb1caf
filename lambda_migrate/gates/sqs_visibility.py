"""The queue shows a message again before the function may have finished with it.

## Why it matters

Lambda refuses an event source mapping of a queue whose visibility time-out is shorter than the function's time-out,
when it is made and, as far as is known, when it is changed. Mappings are pointed at the alias one by one: the refusal
would stop the cutover after other triggers have moved. Where Lambda takes it, slow messages are handled twice.

## What to do

Raise the queue's visibility time-out to at least the function's time-out; AWS advises six times as much: `aws sqs
set-queue-attributes --queue-url URL --attributes VisibilityTimeout=180`. Where it could not be read, allow
`sqs:GetQueueUrl` and `sqs:GetQueueAttributes`.
"""

from __future__ import annotations

NAME = "sqs-visibility"
ACCEPTABLE = True
ACCEPTANCE = "Accept it once you have seen that Lambda takes a change of this very mapping."
ASKED = ("cutover",)
