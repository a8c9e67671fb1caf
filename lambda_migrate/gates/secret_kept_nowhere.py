"""A variable of the function looks like a secret, and its value is kept nowhere but in the function.

## Why it matters

A backup holds no values of variables that look like secrets: a folder on somebody's disk is not the place for them. In
their place it says where each value is kept, from migration.yaml or the service's `environment.defaults`. A value that
is kept nowhere else would be gone with the function.

## What to do

Store the value and name the place: `lambda-migrate init --store-secrets` does both, or write `secrets: {NAME:
secretsmanager:orders/NAME}` below `service.target`. Then run `retire` again.
"""

from __future__ import annotations

NAME = "secret-kept-nowhere"
ACCEPTABLE = True
ACCEPTANCE = "Accept it, one at a time (`path:`), if nobody needs that value any more, or you keep it somewhere else."
ASKED = ("retire",)
