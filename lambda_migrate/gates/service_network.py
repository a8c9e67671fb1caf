"""No network is known in which the service could run.

## Why it matters

Tasks and load balancers run in subnets of a VPC, and a load balancer needs subnets in two availability zones. Where
migration.yaml names none, those of the function are taken; this function has none, or has too few.

## What to do

Set `vpc` and `subnets` in `service.target.network`, and `load_balancer_subnets` where the load balancer is to stand
in others. Two subnets in different availability zones are enough.
"""

from __future__ import annotations

NAME = "service-network"
ACCEPTABLE = False
ACCEPTANCE = "AWS makes no load balancer without them."
ASKED = ("service deploy",)
