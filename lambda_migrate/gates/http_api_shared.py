"""The HTTP API has routes that are not the function's.

## Why it matters

API Gateway counts requests and errors for a stage, all routes together. The verdict could take an error of another
route for the service's, or the traffic of another route for a proof that the service works.

## What to do

Switch on detailed metrics and watch the function's routes during the bake, or move them to an API of their own. Then
accept this gate.
"""

from __future__ import annotations

NAME = "http-api-shared"
ACCEPTABLE = True
ACCEPTANCE = "Accept it if you watch the function's own requests yourself while it is judged."
ASKED = ("cutover --direct",)
