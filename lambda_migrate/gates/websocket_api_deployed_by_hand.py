"""A stage of the WebSocket API does not deploy by itself.

## Why it matters

A changed integration takes effect when the stage is deployed, and a deployment ships the whole API. Of a WebSocket API,
AWS does not show what a stage has deployed, so nobody can tell whether somebody's unfinished change would go live
together with ours.

## What to do

Make sure that the API as it stands is what the stage serves, for example by deploying it. Then accept this gate. The
API is read right before and right after our deployment, so that a change which comes in between is not shipped.
"""

from __future__ import annotations

NAME = "websocket-api-deployed-by-hand"
ACCEPTABLE = True
ACCEPTANCE = "Accept it once the API as it stands is what the stage serves."
ASKED = ("cutover",)
