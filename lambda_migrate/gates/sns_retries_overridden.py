"""The SNS topic does not let its subscriptions say how a URL is tried again.

## Why it matters

SNS tries a URL three times, 20 seconds apart, and then gives the message to the dead-letter queue, or drops it. The
service's subscription asks for an hour instead, so that a deployment or a short outage loses nothing. A topic whose
delivery policy has `disableSubscriptionOverrides` ignores that: its own policy counts for all of its subscriptions.

## What to do

Take `disableSubscriptionOverrides` out of the topic's delivery policy, or make the topic's own policy long enough
(`aws sns set-topic-attributes --attribute-name DeliveryPolicy`). Or name an SQS queue for the topic in
`service.sns_queues`: a queue keeps messages for days. Where the policy could not be read, allow
`sns:GetTopicAttributes`.
"""

from __future__ import annotations

NAME = "sns-retries-overridden"
ACCEPTABLE = True
ACCEPTANCE = "Accept it if the topic's own policy is long enough, or if lost messages do no harm."
ASKED = ("cutover --direct",)
