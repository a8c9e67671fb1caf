"""A caller may not invoke the alias or send to the service's queue, or this could not be checked.

## Why it matters

A permission belongs to one qualifier: who may invoke `orders` may not invoke `orders:live`. The plan copies the
statements of the function's own policy to the alias. A schedule, a pipe or a state machine has a role of its own
instead, and what that role may invoke is written in the role. If it may not invoke the alias, nothing fails when the
caller is pointed there: its events are lost from the next one on.

## What to do

Allow the role `lambda:InvokeFunction` on the alias' ARN too, beside the function's: both are needed until `retire`.
Before `cutover --direct`, allow a schedule's role `sqs:SendMessage` on the queue that is named for it. Where it could
not be asked, allow `iam:SimulatePrincipalPolicy`. For a caller without a role, give the function's policy a statement
for it, as the message says; the plan copies it.
"""

from __future__ import annotations

NAME = "caller-not-permitted"
ACCEPTABLE = True
ACCEPTANCE = "Accept it once you have seen that the caller may invoke the alias, or send to the queue."
ASKED = ("cutover", "cutover --direct")
