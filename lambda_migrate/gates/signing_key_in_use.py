"""An alias or a trigger still invokes a version that signs with the key that is to be dropped.

## Why it matters

Once the key is gone, the service refuses everything that this version sends, and the key cannot be brought back.

## What to do

Move what the message names to a version that signs with the newer key: `lambda-migrate cutover` for the traffic alias,
by hand for others. Then run the command again.
"""

from __future__ import annotations

NAME = "signing-key-in-use"
ACCEPTABLE = False
ACCEPTANCE = "the service would refuse whatever is signed with it."
ASKED = ("proxy rotate-key --finish",)
