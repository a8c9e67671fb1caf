"""A stage of the REST API has a canary of somebody else.

## Why it matters

A stage with canary settings serves two deployments at once, and API Gateway refuses to give it a third one. What
somebody is trying out there would be mixed with our change.

## What to do

Promote the canary or remove it, then run the command again.
"""

from __future__ import annotations

NAME = "rest-api-canary"
ACCEPTABLE = False
ACCEPTANCE = "API Gateway refuses to deploy to a stage that has a canary."
ASKED = ("cutover", "cutover --direct")
