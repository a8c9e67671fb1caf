"""Lambda updates the function's runtime when the function changes, or not at all.

## Why it matters

A proxy version is published through `$LATEST`, which is changed for that. With runtime updates on `FunctionUpdate` that
change moves `$LATEST` to the newest runtime, and the proxy version with it, while the original version keeps the one
that it was published with; with `Manual` the one that was chosen belongs to `$LATEST`, and may not to what is published
from it. So original and proxy could run on different patches of Python.

## What to do

Set runtime updates to `Auto` (`aws lambda put-runtime-management-config --update-runtime-on Auto`), as they are by
default. Or accept the gate: only the proxy's few lines run on the other patch, and the original version is untouched.
"""

from __future__ import annotations

NAME = "runtime-updates"
ACCEPTABLE = True
ACCEPTANCE = "Accept it where another patch of the same Python does not matter to the code."
ASKED = ("proxy deploy", "proxy rotate-key", "doctor")
