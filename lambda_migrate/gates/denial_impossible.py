"""Nobody is known whom a policy could deny to change the function.

## Why it matters

A denial is a policy that is attached to somebody. CloudTrail shows who deployed lately; where that is nobody, or one
whom IAM Identity Center or another account keeps, no policy can be attached here.

## What to do

Name the roles and users who deploy with `--on role/deployer`. For one of IAM Identity Center, let whoever keeps the
permission set deny it there; `lambda-migrate freeze --enforce` prints the policy.
"""

from __future__ import annotations

NAME = "denial-impossible"
ACCEPTABLE = False
ACCEPTANCE = "freeze without it: `freeze --check` tells of every change."
ASKED = ("freeze --enforce",)
