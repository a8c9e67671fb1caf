"""The function's environment variables leave no room for the proxy's settings.

## Why it matters

All environment variables of a function together may have 4 KB. The proxy adds some of its own, such as the service's
URL and the signing key.

## What to do

Shorten or remove variables, or move long values into a parameter or a secret that the code reads. Then run `proxy
deploy` again.
"""

from __future__ import annotations

NAME = "environment-size"
ACCEPTABLE = False
ACCEPTANCE = "Lambda allows 4 KB for all environment variables together."
ASKED = ("proxy deploy", "proxy rotate-key", "doctor")
