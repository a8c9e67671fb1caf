"""The repository of the service is not there.

## Why it matters

What is deployed is packed from it. Nothing is downloaded or made up in its place.

## What to do

`lambda-migrate init` writes it from the code of the function. If it is elsewhere, set `service.directory`.
"""

from __future__ import annotations

NAME = "no-repository"
ACCEPTABLE = False
ACCEPTANCE = "there is nothing to deploy."
ASKED = ("service deploy",)
