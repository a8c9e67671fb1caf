"""An archive of EventBridge is being replayed to the rule.

## Why it matters

A replay sends the events of an archive to the rules of a bus again, and a rule sends them to the target that it has at
that moment. If the target moves meanwhile, some of the past events reach the old side and some the new one, and a
verdict counts all of them. An archive that is replayed later needs nothing: its events go to where the rule leads then.

## What to do

Wait until the replay has finished: `aws events describe-replay --replay-name NAME` shows the state `COMPLETED`. Or
cancel it, and start it again after the move.
"""

from __future__ import annotations

NAME = "eventbridge-replay"
ACCEPTABLE = True
ACCEPTANCE = "Accept it if either side may get the past events, and you watch the traffic yourself."
ASKED = ("cutover", "cutover --direct")
