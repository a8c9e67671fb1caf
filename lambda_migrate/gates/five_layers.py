"""The function has five layers already.

## Why it matters

The proxy is one more layer, and Lambda allows five of them for a function.

## What to do

Merge two of the layers, or move one of them into the package. Then run `proxy deploy` again.
"""

from __future__ import annotations

NAME = "five-layers"
ACCEPTABLE = False
ACCEPTANCE = "Lambda allows five layers, and the proxy needs one."
ASKED = ("proxy deploy", "proxy rotate-key", "doctor")
