"""The service's target group has no target that the load balancer would send a request to.

## Why it matters

A group without targets is answered 503 by the load balancer itself. Where all targets are unhealthy, the load balancer
tries them all the same, and callers get what made them unhealthy. A group that stands in no rule yet is not checked at
all: it joins with a weight of 0 first, and goes no further until a target is healthy.

## What to do

Register the service's tasks or instances, and look at the reason that the target group shows for each: a path that
answers otherwise than its matcher expects, a port, a security group that does not let the load balancer in.
"""

from __future__ import annotations

NAME = "target-group-unhealthy"
ACCEPTABLE = False
ACCEPTANCE = "nobody would answer the requests."
ASKED = ("cutover --direct",)
