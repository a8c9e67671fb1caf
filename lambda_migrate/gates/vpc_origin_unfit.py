"""The VPC origin does not lead from CloudFront to the service.

## Why it matters

CloudFront answers 502 or 504 for an origin that it cannot reach. VPC origins reach no load balancer in some
availability zones (`use1-az3`, `usw1-az2`, `cac1-az3`, `apne1-az3`, `apne2-az1`), and need some minutes until they are
deployed.

## What to do

Wait until the VPC origin is `Deployed` (`aws cloudfront get-vpc-origin`), and take the load balancer out of a zone that
VPC origins do not reach. Its security group has to admit CloudFront's (`CloudFront-VPCOrigins-Service-SG`).
"""

from __future__ import annotations

NAME = "vpc-origin-unfit"
ACCEPTABLE = False
ACCEPTANCE = "the service would not be reached."
ASKED = ("cutover --direct",)
