"""The queue does not let the topic send to it, or it could not be checked.

## Why it matters

SNS accepts a subscription of a queue whose policy refuses the topic, and then fails to deliver each message. Once the
subscription of the function is parked, they would be lost.

## What to do

Add a statement to the queue's policy: effect Allow, principal `{"Service": "sns.amazonaws.com"}`, action
`sqs:SendMessage`, on the condition `ArnEquals` `aws:SourceArn` the topic. Allow whoever runs this
`sqs:GetQueueAttributes`.
"""

from __future__ import annotations

NAME = "sns-queue-refuses"
ACCEPTABLE = True
ACCEPTANCE = "Accept it once you have seen a message of the topic arrive in the queue."
ASKED = ("cutover --direct",)
