"""The metrics cover a shorter time than `retire.quiet` asks for.

## Why it matters

The function is deleted once nothing has invoked it for that long. The metrics do not reach back so far, so the time
before them is unknown.

## What to do

Wait, or set a shorter `retire.quiet` in migration.yaml. It should be longer than the time between two runs of the
rarest job.
"""

from __future__ import annotations

NAME = "quiet-period"
ACCEPTABLE = True
ACCEPTANCE = "Accept it if a shorter time covers everything that invokes the function, monthly jobs too."
ASKED = ("retire",)
