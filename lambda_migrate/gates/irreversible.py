"""A step cannot be undone.

## Why it matters

What it took is gone: a function that is deleted does not come back with its versions, nor a layer version with its
number. Whatever was done before it may need what it took, so a rollback ends there.

## What to do

`lambda-migrate explain` with the kind of the action, which the message names, says what is left of it. Roll back what
came after it with `lambda-migrate rollback --to STEP`, and name that step.
"""

from __future__ import annotations

NAME = "irreversible"
ACCEPTABLE = False
ACCEPTANCE = "nothing is there to be brought back."
ASKED = ("rollback",)
