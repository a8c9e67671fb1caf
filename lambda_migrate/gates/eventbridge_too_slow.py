"""The function takes longer than EventBridge waits for an API destination.

## Why it matters

EventBridge gives an API destination five seconds for an answer. The service answers once the handler has ended. What
takes longer counts as failed and is sent again, up to 185 times within 24 hours: the handler runs again and again, also
at the same time. Lambda takes such events at once and runs the function for as long as its time-out allows.

What counts is the longest run within 14 days (`Duration` of `AWS/Lambda`), of HTTP requests and of all events together;
where the function was not invoked, its time-out; where CloudWatch cannot be read, nothing is known.

## What to do

Have the handler put the work aside and answer at once. Or send the rule's events to an SQS queue and have the service
consume it: a queue sets no time limit. Or leave the rule on the function, and accept `trigger:eventbridge` when it
retires.
"""

from __future__ import annotations

NAME = "eventbridge-too-slow"
ACCEPTABLE = True
ACCEPTANCE = "Accept it if the long runs were not of this rule, or if running an event more than once does no harm."
ASKED = ("cutover --direct",)
