"""The owner's next deployment would undo a flip: its plan or change set sets what was flipped to something else.

## Why it matters

The migration changes resources that somebody else's code owns. Terraform compares with AWS and puts back what its code
does not say; a stack of CloudFormation does so as soon as the resource's block changes. Traffic would go back to
`$LATEST`, or to a service that is gone, in the middle of somebody's deployment.

## What to do

`lambda-migrate handover` prints what the code has to say. Change the code, make the plan or the change set again, and
run `lambda-migrate handover --check plan.json` on it.
"""

from __future__ import annotations

NAME = "handover-undone"
ACCEPTABLE = False
ACCEPTANCE = "Nobody can: the deployment would take traffic from where it was moved."
ASKED = ("handover --check",)
