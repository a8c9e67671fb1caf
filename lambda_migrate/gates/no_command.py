"""The repository does not say how the service is started.

## Why it matters

A service on this machine is started with the command that the repository names, `web:` in its Procfile. Without it
there is nothing to start.

## What to do

`lambda-migrate init` writes the Procfile. If it was changed, give it a line `web:` again.
"""

from __future__ import annotations

NAME = "no-command"
ACCEPTABLE = False
ACCEPTANCE = "there is nothing to start."
ASKED = ("service deploy",)
