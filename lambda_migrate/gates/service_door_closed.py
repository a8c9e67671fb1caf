"""The service would refuse every request that API Gateway, CloudFront or a load balancer sends to it directly.

## Why it matters

With `LAMBDA_MIGRATE_REQUIRE=signed` the service accepts requests from the proxy only, and with `header` only requests
that carry a key. Requests that come straight from API Gateway or CloudFront are not signed, and no key is configured
for them to add. A load balancer adds neither signature nor key. All of them would be answered 403.

## What to do

Run the service with `LAMBDA_MIGRATE_REQUIRE=header` and `LAMBDA_MIGRATE_DOOR_KEY`, and name the secret of that key in
`service.door_key`. Behind a load balancer of yours, run it with `LAMBDA_MIGRATE_REQUIRE=open`, and let its security
group admit only the load balancer.
"""

from __future__ import annotations

NAME = "service-door-closed"
ACCEPTABLE = False
ACCEPTANCE = "all requests would fail."
ASKED = ("cutover --direct",)
