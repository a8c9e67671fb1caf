"""A REST API's private integration may put the stage's name in front of the path.

## Why it matters

AWS documents that a request which reaches a load balancer through a VPC link has the stage's name in front of its path:
`/prod/orders`. A proxy integration cannot remove it. A service that serves only `/orders` would answer 404 to the first
share.

## What to do

Make a method of your own with the same link, deploy it to a stage of your own, and look at the path in the service's
log. If the name is there, mount the application under it too (Starlette: `Mount("/prod", app)`), or have the load
balancer's rule rewrite the path. Then accept this gate. Before the first share, `cutover --direct` calls the service
through a method that passes on any path, and its verdict says which path the service sees. The first share of the
requests is judged either way.
"""

from __future__ import annotations

NAME = "rest-api-private-path"
ACCEPTABLE = True
ACCEPTANCE = "Accept it once you have seen which path the service gets, or if it answers to both."
ASKED = ("cutover --direct",)
