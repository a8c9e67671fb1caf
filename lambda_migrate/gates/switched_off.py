"""The function's reserved concurrency is 0.

## Why it matters

AWS refuses every call of such a function. Refused calls are not invocations, so the function looks quiet although
callers may still come.

## What to do

Give the function back its concurrency and wait for the quiet period to pass. Or keep it switched off for that time as a
test: whoever misses it will say so.
"""

from __future__ import annotations

NAME = "switched-off"
ACCEPTABLE = True
ACCEPTANCE = "Accept it after a quiet period in which nobody missed the function."
ASKED = ("retire",)
