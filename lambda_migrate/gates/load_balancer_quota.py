"""The load balancer, or one of its rules, would have more target groups than the account allows.

## Why it matters

A rule forwards to five target groups at most, and a load balancer knows a hundred, unless the account's quotas are
others. AWS would refuse the service's group in the middle of the move. Where the quotas cannot be read, nobody knows.

## What to do

Take target groups out of the rule that have a weight of 0, or have the quota raised (Service Quotas, Elastic Load
Balancing). Or allow `elasticloadbalancing:DescribeAccountLimits`.
"""

from __future__ import annotations

NAME = "load-balancer-quota"
ACCEPTABLE = True
ACCEPTANCE = "Accept it if the quotas cannot be read and you know that they are high enough."
ASKED = ("cutover --direct",)
