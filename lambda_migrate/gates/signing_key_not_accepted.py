"""The service does not accept the signing key that is to stay.

## Why it matters

`proxy rotate-key --finish` drops the old key. If the service does not know the one that stays, it refuses every request
of the proxy from that moment on, and the old key cannot be brought back.

## What to do

Check that the service reads its keys from the secret of `proxy.signing_keys`, and that its role may read it; its log
says when it cannot. Then run the command again.
"""

from __future__ import annotations

NAME = "signing-key-not-accepted"
ACCEPTABLE = False
ACCEPTANCE = "every signed request would be refused."
ASKED = ("proxy rotate-key --finish",)
