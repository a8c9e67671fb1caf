"""The file to upload has changed since the plan was made.

## Why it matters

A plan names what it deploys by its sha256. Another content under the same version could not be told apart later, and
a rollback to that version would bring back something that nobody has looked at.

## What to do

Roll the run back with `lambda-migrate rollback --last`, then run the command again: it plans with the files that are
there now.
"""

from __future__ import annotations

NAME = "bundle-changed"
ACCEPTABLE = False
ACCEPTANCE = "what is deployed has to be what was shown."
ASKED = ("service deploy", "pipeline deploy")
