"""AWS cannot reach the service at the URL that triggers are to be pointed at.

## Why it matters

API Gateway, SNS and EventBridge call the service from outside of your VPC: they reach public addresses only. The proxy
in the VPC, and you, may reach an internal load balancer or an address of a private network; they do not. All routes
would answer 503 at once.

The name is looked up from here. One that has private addresses here may have public ones elsewhere.

## What to do

Give the service a public name, behind a public load balancer with a certificate, and set `service.public_url`. Where
it has to stay private, name a VPC link in `service.vpc_link`: HTTP and REST APIs reach it by that. A load balancer in
front of the function reaches the service's own target group (`service.target_group`). Queues need no address: the
service polls them itself. What is left stays on the function: the proxy inside the VPC reaches the service.
"""

from __future__ import annotations

NAME = "service-not-public"
ACCEPTABLE = True
ACCEPTANCE = (
    "Accept it if the name has public addresses where AWS looks it up. An internal load balancer, and a private address"
    " in the URL itself, cannot be accepted."
)
ASKED = ("cutover --direct",)
