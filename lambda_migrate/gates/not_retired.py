"""The function is not retired, and its proxy still signs.

## Why it matters

Until then requests come through the proxy, and the library checks their signatures and restores what they were.
Without it the service would answer wrongly, or to anybody.

## What to do

`lambda-migrate retire` first. `--dry-run` shows until then what would change.
"""

from __future__ import annotations

NAME = "not-retired"
ACCEPTABLE = False
ACCEPTANCE = "the service needs what would be removed."
ASKED = ("service cleanup",)
