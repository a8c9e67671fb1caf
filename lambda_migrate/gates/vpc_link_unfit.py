"""The VPC link does not lead from the API to the service.

## Why it matters

A route through a link that is not available, leads to another load balancer, or is of a version that the API does not
support answers 500 or 503. A link that has had no request for 60 days is `INACTIVE`: API Gateway takes its network
interfaces away, and needs some minutes for new ones once requests come again.

## What to do

See to it that the link is `AVAILABLE` (`aws apigatewayv2 get-vpc-link`), in the VPC of the service's load balancer,
with security groups that the load balancer lets in, and that `service.vpc_link` names the link and the listener of this
account and region. Send requests through an inactive link until it is available again. HTTP APIs take links of version
2, REST APIs both.
"""

from __future__ import annotations

NAME = "vpc-link-unfit"
ACCEPTABLE = False
ACCEPTANCE = "the service would not be reached."
ASKED = ("cutover --direct",)
