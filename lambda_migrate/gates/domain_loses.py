"""API Gateway does something for the callers of the domain name that a load balancer does not.

## Why it matters

Once the name leads to the service, API Gateway is out of the way, and with it all that it does in front. The name of
the gate goes on with what that is: `authorizer`, `throttling`, `mutual-tls`, `api-keys`, `web-acl`, `validation`,
`cors`, `cache`, `access-logs`, `base-path`, or `ipv6` where the load balancer has no IPv6 addresses. Requests that
were refused at the door then reach the application.

## What to do

Find an owner for each: an authorizer moves into the application or to the load balancer's own authentication, a web
ACL can be associated with the load balancer, CORS is a middleware, client certificates can be asked for by the load
balancer's listener. A base path that API Gateway takes off has to be served by the application, or taken off by a
rule of the load balancer.
"""

from __future__ import annotations

NAME = "domain-loses"
SUBJECT = "feature"
ACCEPTABLE = True
ACCEPTANCE = "Accept it once somebody else does it, or nobody needs it any more."
ASKED = ("cutover --domain",)
