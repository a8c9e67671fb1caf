"""The function has a code signing configuration, so Lambda may refuse the proxy's layer.

## Why it matters

With code signing enforced, Lambda checks the signature of every layer that is added. The layer that this tool publishes
is not signed, so the update of the function fails in the middle of `proxy deploy`.

## What to do

Sign the layer (`lambda-migrate proxy build -o layer.zip` writes it) with a profile that the configuration allows, or
set the configuration's policy to `Warn` for the migration. Then accept this gate.
"""

from __future__ import annotations

NAME = "code-signing"
ACCEPTABLE = True
ACCEPTANCE = "Accept it once the proxy's layer is signed for the function's signing profile."
ASKED = ("proxy deploy", "proxy rotate-key", "doctor")
