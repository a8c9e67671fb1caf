"""The proxy version was asked to call the service, from inside Lambda, and did not succeed.

## Why it matters

The way from the function to the service is not the way from your machine: another network, other name servers, other
certificates. This probe is the only proof that it works, with the key that the version signs with.

## What to do

The message says what failed. Connection refused or timed out: look at the function's subnets, security groups and
routes. Certificate: set `proxy.ca_bundle`. Status 404: the service does not know the key, see that it reads the secret
of `proxy.signing_keys`. `lambda-migrate verify` probes again.
"""

from __future__ import annotations

NAME = "proxy-cannot-reach-service"
ACCEPTABLE = False
ACCEPTANCE = "every event would take the fallback, or fail."
ASKED = ("cutover", "cutover --direct")
