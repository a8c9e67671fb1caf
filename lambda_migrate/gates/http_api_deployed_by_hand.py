"""A stage of the HTTP API does not deploy by itself.

## Why it matters

A changed integration or route takes effect when the stage is deployed. Without automatic deployment the step would
change the API without effect, and the verdict would judge traffic that still goes the old way.

## What to do

Switch on automatic deployment for the stage (`AutoDeploy`). Look first for changes of others that are not deployed yet:
they would go live, too.
"""

from __future__ import annotations

NAME = "http-api-deployed-by-hand"
ACCEPTABLE = True
ACCEPTANCE = "Accept it if you deploy the stage yourself right after the step."
ASKED = ("cutover", "cutover --direct")
