"""The moon is full.

## Why it matters

Nobody sleeps, and nobody watches the metrics.

## What to do

Wait a night.
"""

from __future__ import annotations

NAME = "full-moon"
ACCEPTABLE = True
ACCEPTANCE = "Accept it if somebody is awake."
ASKED = ("rehearse",)
