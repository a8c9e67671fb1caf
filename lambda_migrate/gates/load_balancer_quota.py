"""The load balancer, or one of its rules, would have more target groups than the account allows.

## Why it matters

A rule forwards to five target groups at most, and a load balancer to a hundred, unless the account has other quotas.
AWS would refuse the service's group in the middle of the move. Quotas that cannot be read close this gate too.

## What to do

Remove target groups with a weight of 0 from the rule, or have the quota raised (Service Quotas, Elastic Load
Balancing). Or allow `elasticloadbalancing:DescribeAccountLimits`.
"""

from __future__ import annotations

NAME = "load-balancer-quota"
ACCEPTABLE = True
ACCEPTANCE = "Accept it if the quotas cannot be read and you know that they are high enough."
ASKED = ("cutover --direct",)
