"""The function runs on managed instances, through a capacity provider.

## Why it matters

Versions on managed instances are published in another way and become active later. The order in which this tool
publishes, waits and shifts weights was made for functions without them.

## What to do

Take the function off its capacity provider for the time of the migration, or try `proxy deploy` on a copy of it first
and accept this gate once that works.
"""

from __future__ import annotations

NAME = "capacity-provider"
ACCEPTABLE = True
ACCEPTANCE = "Accept it if you have published and re-pointed versions of this function before, and it worked."
ASKED = ("proxy deploy", "proxy rotate-key", "doctor")
