"""The domain name leads to other APIs too, by its base paths.

## Why it matters

A name moves as a whole. Callers of the other base paths would reach the service, which does not know them and answers
404. Nothing in DNS can send one path elsewhere.

## What to do

Give the other APIs a name of their own first. Or add rules to the service's load balancer that send their base paths
where they go today, and accept the gate.
"""

from __future__ import annotations

NAME = "domain-shared"
ACCEPTABLE = True
ACCEPTANCE = "Accept it if the service, or its load balancer, answers for these base paths as well."
ASKED = ("cutover --domain",)
