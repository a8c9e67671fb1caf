"""API Gateway keeps callers out, and the service has a URL of its own.

## Why it matters

The HTTP or REST API goes on authorizing, throttling and asking for client certificates. But it reaches the service at a
public URL, where nobody does: whoever finds it comes past all of that. While requests went through the proxy, the
service told them by their signature; now they come unsigned. The name goes on with what is bypassed: `authorizer`,
`throttling`, `mutual-tls`, and for a REST API `api-key`, `waf` or `resource-policy`.

## What to do

Have the service let in only what comes from API Gateway: make a secret with a long random value, name it in
`service.door_key`, and run the service with `LAMBDA_MIGRATE_REQUIRE=header` and the same value in
`LAMBDA_MIGRATE_DOOR_KEY`. `cutover --direct` then has API Gateway add the key to what it passes on.
"""

from __future__ import annotations

NAME = "http-api-bypassed"
SUBJECT = "protection"
ACCEPTABLE = True
ACCEPTANCE = "Accept it if the service, or what stands in front of its URL, protects it otherwise."
ASKED = ("cutover --direct",)
