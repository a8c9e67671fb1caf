"""The trigger's events do not go through the proxy to the service yet.

## Why it matters

The proxy is the safe way to find out whether the service handles an event: one alias shift brings all traffic back. A
trigger that goes direct without that has never been tried, and each has to be brought back on its own.

## What to do

Run `lambda-migrate proxy deploy --events all` (or `non-api`), then `lambda-migrate cutover` to the end, then this
command again.
"""

from __future__ import annotations

NAME = "not-cut-over"
ACCEPTABLE = True
ACCEPTANCE = "Accept it if the service handles these events already, or for a trigger without traffic."
ASKED = ("cutover --direct",)
