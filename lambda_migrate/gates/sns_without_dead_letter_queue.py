"""The SNS subscription has no dead-letter queue.

## Why it matters

SNS keeps trying to reach a function for days. A URL it tries for up to one hour; then the message is gone, unless the
subscription has a queue for those that could not be delivered. One longer outage of the service loses messages.

## What to do

Name an SQS queue for the topic in `service.sns_queues`: what the service does not take waits there, for days. Or set a
queue as `RedrivePolicy` of the function's subscription; the new subscription takes it over.
"""

from __future__ import annotations

NAME = "sns-without-dead-letter-queue"
ACCEPTABLE = True
ACCEPTANCE = "Accept it if lost messages do no harm."
ASKED = ("cutover --direct",)
