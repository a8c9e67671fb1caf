"""The function's package and layers fill the 250 MB that Lambda allows.

## Why it matters

The proxy's layer has to fit into the same 250 MB (unzipped), so Lambda would refuse the update.

## What to do

Remove from the package or the layers what the function does not need: tests, type stubs, `boto3`, which the runtime
brings. Then run `proxy deploy` again.
"""

from __future__ import annotations

NAME = "package-size"
ACCEPTABLE = False
ACCEPTANCE = "Lambda allows 250 MB for the package and its layers, unzipped."
ASKED = ("proxy deploy", "proxy rotate-key", "doctor")
