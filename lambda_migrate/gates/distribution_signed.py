"""The function's URL accepts only requests that CloudFront signs; the service would accept anybody's.

## Why it matters

With origin access control, CloudFront signs each request, and a function URL of type `AWS_IAM` refuses all others:
nobody gets around the distribution, its web ACL and its signed cookies. A service cannot check that signature. At its
public URL it answers anybody.

## What to do

Run the service with `LAMBDA_MIGRATE_REQUIRE=header` and `LAMBDA_MIGRATE_DOOR_KEY`, and name the secret of that key in
`service.door_key`: CloudFront adds it to each request. Or let its load balancer admit only CloudFront (the prefix list
`com.amazonaws.global.cloudfront.origin-facing`), and accept this.
"""

from __future__ import annotations

NAME = "distribution-signed"
ACCEPTABLE = True
ACCEPTANCE = "Accept it if something else keeps callers from going around the distribution."
ASKED = ("cutover --direct",)
