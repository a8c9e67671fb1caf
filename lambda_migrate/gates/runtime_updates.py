"""Lambda updates the function's runtime when the function changes, or not at all, and which one it runs is not known.

## Why it matters

A proxy version is published through `$LATEST`, which is changed for that. With runtime updates on `FunctionUpdate` that
change would move `$LATEST` to the newest runtime, and the proxy version with it; with `Manual` the one that was chosen
belongs to `$LATEST`, and may not to what is published from it. Where AWS says which version of the runtime it is, it is
kept: `$LATEST` is held on it meanwhile, and so is each version that is published. Where AWS does not say, original
and proxy could run on different patches of Python.

## What to do

Allow `lambda:GetRuntimeManagementConfig` and `lambda:GetFunction`. Or set runtime updates to `Auto`
(`aws lambda put-runtime-management-config --update-runtime-on Auto`), as they are by default.
"""

from __future__ import annotations

NAME = "runtime-updates"
ACCEPTABLE = True
ACCEPTANCE = "Accept it where another patch of the same Python does not matter to the code."
ASKED = ("proxy deploy", "proxy rotate-key", "doctor")
