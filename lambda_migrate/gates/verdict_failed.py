"""The service failed while it was watched.

## Why it matters

Each step that moves traffic is watched for as long as it bakes, then judged by the errors, the latency and the alarms
that migration.yaml names. The ledger keeps the numbers. Traffic is back where it was, unless the message says that it
stays.

## What to do

Read the reasons, look into the log of the service at that time (`lambda-migrate service logs`), fix the service and
run the same command again. `lambda-migrate history` shows what was measured.
"""

from __future__ import annotations

NAME = "verdict-failed"
ACCEPTABLE = False
ACCEPTANCE = "raise the limit under `verify:` instead, where the limit is wrong."
ASKED = ("cutover", "proxy rotate-key")
