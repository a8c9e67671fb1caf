"""The subnets let the service reach neither the internet nor what it needs to start.

## Why it matters

Fargate pulls the image, reads secrets and opens the log before the first line of the service runs; instances of Elastic
Beanstalk report to it and install what `requirements.txt` names. In subnets without a NAT gateway or VPC endpoints,
which functions beside a database often have, none of that works, and AWS says so only after 20 to 40 minutes.

## What to do

Give the subnets a route to a NAT gateway, or the VPC the endpoints that the plan names; or name other subnets in
`service.target.network`. Where their way out is an internet gateway, set `public_tasks` (ECS) or `public_instances`
(Elastic Beanstalk). Where routes could not be read, allow `ec2:DescribeRouteTables`, `ec2:DescribeSubnets` and
`ec2:DescribeVpcEndpoints`.
"""

from __future__ import annotations

NAME = "service-without-way-out"
ACCEPTABLE = True
ACCEPTANCE = "Accept it where you know another way: a proxy, a mirror of the package index, endpoints of another VPC."
ASKED = ("service deploy",)
