"""The application has start-up code that plain Starlette could not run.

## Why it matters

It is neither a FastAPI nor a Starlette application, so its start-up and shutdown are its own: it takes events of the
ASGI lifespan protocol. The library passes these on. What stays after `--eject` enters `app.router.lifespan_context`,
which such an application does not have, and the service would not start.

## What to do

Keep the library, or wrap the application in Starlette yourself: `Starlette(routes=[Mount("/", app=app)], lifespan=…)`
with what its start-up does. Where it needs no start-up, `LIFESPAN = "off"` in `settings.py` says so.
"""

from __future__ import annotations

NAME = "own-lifespan"
ACCEPTABLE = False
ACCEPTANCE = "the service would not start."
ASKED = ("service cleanup --eject",)
