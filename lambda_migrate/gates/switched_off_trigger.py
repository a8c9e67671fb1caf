"""A trigger is switched off, and not by this tool.

## Why it matters

Somebody has paused the mapping, or disabled the rule, the schedule or the pipe, perhaps until the next season. Switched
on again after `retire`, it invokes a function that is gone, and its events are lost.

What `cutover --direct` switched off does not count: the ledger names it, and `retire` removes it.

## What to do

Ask its owner. If it is not needed any more, delete it; if it is, switch it on, point it to the service, and plan again.
"""

from __future__ import annotations

NAME = "switched-off-trigger"
ACCEPTABLE = True
ACCEPTANCE = (
    "Accept it, one at a time (`path:`), if it may stay as it is, without the function: `retire` leaves it alone."
)
ASKED = ("retire",)
