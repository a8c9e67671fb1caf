"""The function takes longer than SNS waits for a URL.

## Why it matters

SNS gives a URL 15 seconds for an answer. The service answers once the handler has ended. What takes longer counts as
failed and is sent again, for up to one hour. A host of the service does not run a message twice at the same time;
another host that shares no memory with it does.

What counts is the longest run within 14 days (`Duration` of `AWS/Lambda`), of HTTP requests and of all events together;
where the function was not invoked, its time-out; where CloudWatch cannot be read, nothing is known.

## What to do

Have the handler put the work aside and answer at once. Or name an SQS queue for the topic in `service.sns_queues` and
have the service consume it (`LAMBDA_MIGRATE_CONSUME_NOTIFICATIONS`): a queue sets no time limit.
"""

from __future__ import annotations

NAME = "sns-too-slow"
ACCEPTABLE = True
ACCEPTANCE = "Accept it if the long runs were not of this topic, or if running a message more than once does no harm."
ASKED = ("cutover --direct",)
