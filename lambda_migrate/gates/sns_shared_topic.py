"""The topic has other subscriptions, and this one filters.

## Why it matters

SNS counts deliveries and failures for the whole topic. With a filter nothing says how many messages were this
subscription's, so the verdict counts all of them, and could pass on what others received.

## What to do

Watch the service's log or its own metrics during the bake, and accept this gate.
"""

from __future__ import annotations

NAME = "sns-shared-topic"
ACCEPTABLE = True
ACCEPTANCE = "Accept it if you watch the service's own messages yourself while it is judged."
ASKED = ("cutover --direct",)
