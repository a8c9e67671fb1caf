"""A secret that the function rotates is being rotated right now.

## Why it matters

A rotation takes four steps, each an invocation. Where a version of the secret waits to become the current one, a
rotation is under way, or one has failed half-way. To change the function in between would give the rest of the steps
to another version of it, and Secrets Manager may refuse the change.

## What to do

Wait until the rotation has finished: `aws secretsmanager describe-secret --secret-id ID` shows no version with the
stage `AWSPENDING`, or one that is `AWSCURRENT` too. Where an earlier rotation failed, repair it first.
"""

from __future__ import annotations

NAME = "rotation-under-way"
ACCEPTABLE = True
ACCEPTANCE = "Accept it once you have seen that the version which waits is left over and nothing rotates."
ASKED = ("cutover",)
