"""SnapStart is on: new execution environments start from a snapshot.

## Why it matters

A snapshot keeps what the function had when it was taken, connections included. After a restore the other end of such a
connection is long gone, and the first request that uses it fails.

## What to do

Switch SnapStart off for the function (`ApplyOn: None`) before `proxy deploy`, or make sure that the code opens
connections in a hook that runs after a restore, and accept this gate.
"""

from __future__ import annotations

NAME = "snap-start"
ACCEPTABLE = True
ACCEPTANCE = "Accept it if the function opens its connections after a restore, not while it starts."
ASKED = ("proxy deploy", "proxy rotate-key", "doctor")
