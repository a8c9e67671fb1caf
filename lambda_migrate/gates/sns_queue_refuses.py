"""The queue does not let the topic send to it, or it could not be checked.

## Why it matters

SNS accepts a subscription of a queue whose policy refuses the topic, and then fails to deliver each message. Once the
subscription of the function is parked, they would be lost. The same holds for a queue that is encrypted with the key
that AWS manages for SQS, which SNS may not use. A FIFO queue cannot be subscribed to a standard topic at all, and only
standard topics invoke functions.

## What to do

Add a statement to the queue's policy: effect Allow, principal `{"Service": "sns.amazonaws.com"}`, action
`sqs:SendMessage`, on the condition `ArnEquals` `aws:SourceArn` the topic. Encrypt it with a key of SQS (SSE-SQS), or a
key of your own whose policy lets SNS use it. Name a standard queue. Allow whoever runs this
`sqs:GetQueueAttributes`.
"""

from __future__ import annotations

NAME = "sns-queue-refuses"
ACCEPTABLE = True
ACCEPTANCE = "Accept it once you have seen a message of the topic arrive in the queue."
ASKED = ("cutover --direct",)
