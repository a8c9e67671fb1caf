"""The function's runtime is not Python 3.9 or newer.

## Why it matters

The proxy is Python code that runs inside the function, in the function's own runtime. Older versions lack what it
needs.

## What to do

Move the function to a supported Python runtime first, and let it run there for a while; then run `proxy deploy` again.
"""

from __future__ import annotations

NAME = "runtime"
ACCEPTABLE = False
ACCEPTANCE = "the proxy does not run on it."
ASKED = ("proxy deploy", "proxy rotate-key", "doctor")
