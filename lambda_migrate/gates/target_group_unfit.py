"""The service's target group cannot join the rules of the load balancer.

## Why it matters

A load balancer forwards to target groups of its own VPC, and a target group belongs to one load balancer. In a rule
with several groups, a group that keeps its clients (target stickiness) needs a rule that does so too. A group of type
`lambda` takes functions only. AWS refuses the rule in each of these cases; a group that cannot be read is refused here.

## What to do

Make a target group of type `ip` or `instance` in the load balancer's VPC, for this load balancer alone, register the
service's tasks or instances with it, and name its ARN in `service.target_group`. A service of ECS registers its tasks
with each group that is listed in its `loadBalancers`.
"""

from __future__ import annotations

NAME = "target-group-unfit"
ACCEPTABLE = False
ACCEPTANCE = "AWS would refuse the rule."
ASKED = ("cutover --direct",)
