"""A secret that the service needs cannot be found or read.

## Why it matters

The platform reads secrets when an instance starts. One that is missing, is scheduled for deletion or may not be
described keeps the service from starting, after the deployment has begun.

## What to do

Check the name under `secrets:` in migration.yaml, the region, and that you may describe it. A secret that is
scheduled for deletion can be restored with `aws secretsmanager restore-secret`.
"""

from __future__ import annotations

NAME = "secret-unreadable"
ACCEPTABLE = False
ACCEPTANCE = "the service would not start without it."
ASKED = ("service deploy",)
