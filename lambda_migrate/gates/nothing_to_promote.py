"""No step waits for an inconclusive verdict.

## Why it matters

Only a step of which too little is known can be let pass by hand. One that failed has gone back, and one that nobody
has judged yet may still fail.

## What to do

`lambda-migrate status` shows what is open. Where a step failed, fix the service and run `lambda-migrate cutover`
again.
"""

from __future__ import annotations

NAME = "nothing-to-promote"
ACCEPTABLE = False
ACCEPTANCE = "an acceptance needs a step to be about."
ASKED = ("cutover",)
