"""A variable of the function looks like a secret, and nothing says where its value is kept but the function.

## Why it matters

A backup holds no values of variables that look like secrets: a folder on somebody's disk is not a place for them. In
place of each value stands where it is kept, as migration.yaml or the service's `environment.defaults` says. A value
that is kept nowhere else would be gone with the function.

## What to do

Store the value and name the place: `lambda-migrate init --store-secrets` does both, or write
`secrets: {NAME: secretsmanager:orders/NAME}` below `service.target`. Then run `retire` again.
"""

from __future__ import annotations

NAME = "secret-kept-nowhere"
ACCEPTABLE = True
ACCEPTANCE = "Accept it, one at a time (`path:`), if nobody needs that value any more, or you keep it somewhere else."
ASKED = ("retire",)
