"""The topic has a subscription to the new endpoint already, with another filter or with raw delivery.

## Why it matters

SNS keeps one subscription for an endpoint. The one that is there lets other messages through than the function's does,
so once the old one is parked, messages would be missing or new ones would come. With raw delivery the service gets the
message without its envelope, and does not know it for an event of SNS.

## What to do

Compare the two filter policies and make them equal, and switch raw delivery off. Or remove the subscription that nobody
needs.
"""

from __future__ import annotations

NAME = "sns-other-filter"
ACCEPTABLE = True
ACCEPTANCE = "Accept it if the filter of the subscription that is there is the right one."
ASKED = ("cutover", "cutover --direct")
