"""The service is not healthy where it runs.

## Why it matters

The platform says so: it is still starting, some instances fail their health checks, or it is not there at all. The
exit code is for scripts, which would go on otherwise.

## What to do

`lambda-migrate service logs` and `lambda-migrate service events` say why. While it is changing, ask again in a
minute.
"""

from __future__ import annotations

NAME = "service-condition"
ACCEPTABLE = False
ACCEPTANCE = "it is what the platform reports."
ASKED = ("service status",)
