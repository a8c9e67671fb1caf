"""The script that starts the application under the web adapter does not use `$PORT`.

## Why it matters

On a numbered version the proxy listens on the port that the adapter talks to. Where the original application has to run
too (for events that are not selected, or as the fallback), the same script starts it on a port of its own, which the
variables `PORT` and `AWS_LWA_PORT` tell it. A script with a fixed port would find that port taken, and exit.

## What to do

Write `--port "$PORT"` in the script, and set the function's variable `PORT`: the adapter uses it too (8080 without it).
Deploy that, and run `proxy deploy` again. With `proxy.fallback: never` and `--events all` the original is not started,
and this gate is not asked.
"""

from __future__ import annotations

NAME = "adapter-port"
ACCEPTABLE = True
ACCEPTANCE = (
    "Accept it if the port is read elsewhere, for example in a settings file; `verify` starts the original to prove it."
)
ASKED = ("proxy deploy", "proxy rotate-key")
