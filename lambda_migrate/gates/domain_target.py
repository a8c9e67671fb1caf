"""What the domain name is to lead to is not known.

## Why it matters

All weighted records of a name have the same type. Where the name is an alias of Route 53 now, the service has to be
something that an alias can name: a load balancer of this account, or a name in one of its hosted zones that is an alias
itself. A host that only has addresses cannot stand beside an alias.

## What to do

Set `service.public_url` to the load balancer's own name or to a name in Route 53 that leads to it, in this account and
region. Where the service has neither, move the name at your DNS provider by hand.
"""

from __future__ import annotations

NAME = "domain-target"
ACCEPTABLE = False
ACCEPTANCE = "the plan would not know where the name goes."
ASKED = ("cutover --domain",)
