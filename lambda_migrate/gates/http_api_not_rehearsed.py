"""The way from the HTTP API to the service cannot be tried before the first route moves.

## Why it matters

Before a route moves, `cutover --direct` makes one of its own, calls it through the API, and removes it. That proves
that API Gateway reaches the service, and that the service sees the right path. It is called at the API's own name in
`execute-api`. Where that name is switched off, all routes move at once, untried.

## What to do

Allow the API's default endpoint for as long as `cutover --direct` runs (`DisableExecuteApiEndpoint: false`). Or make a
route of your own to the service, and call it through the custom domain.
"""

from __future__ import annotations

NAME = "http-api-not-rehearsed"
ACCEPTABLE = True
ACCEPTANCE = "Accept it once you have called the service through the API yourself."
ASKED = ("cutover --direct",)
