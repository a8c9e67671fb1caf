"""The service's target group has no healthy target.

## Why it matters

A group without targets is answered 503 by the load balancer itself. Where all targets are unhealthy, the load balancer
tries them all the same, and callers get what made them unhealthy. The targets of a group that is in no rule yet are not
checked at all: it joins with a weight of 0 first, and goes no further until a target is healthy.

## What to do

Register the service's tasks or instances, and look at the reason that the target group shows for each: a health check
path that answers with an unexpected status, a wrong port, a security group that does not admit the load balancer.
"""

from __future__ import annotations

NAME = "target-group-unhealthy"
ACCEPTABLE = False
ACCEPTANCE = "nobody would answer the requests."
ASKED = ("cutover --direct",)
