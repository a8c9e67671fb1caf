"""A trigger invokes another alias or version, neither the traffic alias nor the unqualified function.

## Why it matters

`cutover` re-points triggers of the unqualified function. One that names an alias or a version was put there on purpose,
perhaps for another stage, so it is not touched; it does not come along either.

The name of the gate ends with what the trigger invokes, as in `qualifier:prod`.

## What to do

If that alias is the one that carries the traffic, name it as `alias:` in migration.yaml. Otherwise move the trigger by
hand, or accept that it stays.
"""

from __future__ import annotations

NAME = "qualifier"
SUBJECT = "qualifier"
ACCEPTABLE = True
ACCEPTANCE = "Accept it if that trigger may go on invoking the version or alias that it invokes now."
ASKED = ("cutover", "doctor")
