"""The service has never been deployed before, so it cannot go back.

## Why it matters

Going back means to undo the latest deployment. The first one made the service: without it there is none, and callers
would find nothing.

## What to do

Deploy the state that you want with `lambda-migrate service deploy`. To take the service away altogether, run
`lambda-migrate rollback --last`.
"""

from __future__ import annotations

NAME = "no-earlier-deployment"
ACCEPTABLE = False
ACCEPTANCE = "an acceptance brings back no deployment."
ASKED = ("service rollback",)
