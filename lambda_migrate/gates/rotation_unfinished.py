"""The last rotation of the signing keys is not finished: the old key is still there.

## Why it matters

A rotation adds a key, moves the proxy to it, and drops the old one at the end. The next one begins where this one ends.

## What to do

See with `lambda-migrate status` that the traffic is on the new proxy version, then run `lambda-migrate proxy rotate-key
--finish`, which drops the old key.
"""

from __future__ import annotations

NAME = "rotation-unfinished"
ACCEPTABLE = False
ACCEPTANCE = "the service would have to know three keys, and it would be open which one may go."
ASKED = ("proxy rotate-key",)
