"""The service does not answer for the domain name.

## Why it matters

Callers who reach the service by the name ask for that name: in TLS, where the load balancer needs a certificate for it,
and in the `Host` header. Without them every request fails from the first weight on, however well the service is under
its own name.

## What to do

Add a certificate for the name to the listener of the load balancer (ACM, validated by DNS), and let its rules and the
application take the host. `curl --connect-to NAME:443:SERVICE:443 https://NAME/readyz` shows what callers would get.
"""

from __future__ import annotations

NAME = "domain-not-served"
ACCEPTABLE = True
ACCEPTANCE = "Accept it only where this machine cannot reach the service, and callers can."
ASKED = ("cutover --domain",)
