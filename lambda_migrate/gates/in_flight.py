"""Invocations began so recently that they may still be running.

## Why it matters

They began within the function's timeout. Deleting the function now could cut them off halfway.

## What to do

Wait as long as the timeout that the message names, then run `retire` again. If new ones keep beginning, something still
invokes the function.
"""

from __future__ import annotations

NAME = "in-flight"
ACCEPTABLE = True
ACCEPTANCE = "Accept it if those invocations may be cut off."
ASKED = ("retire",)
