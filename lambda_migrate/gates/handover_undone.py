"""The owner's next deployment would undo a flip: its plan or change set sets what was flipped to something else.

## Why it matters

The migration changes resources that somebody else's code owns. Terraform compares its code with AWS and reverts what
differs; a CloudFormation stack does so as soon as the resource's block in the template changes. Traffic would go back
to `$LATEST`, or to a service that is gone, in the middle of somebody's deployment.

## What to do

`lambda-migrate handover` prints the changes that the code needs. Make them, make the plan or the change set again, and
run `lambda-migrate handover --check plan.json` on it.
"""

from __future__ import annotations

NAME = "handover-undone"
ACCEPTABLE = False
ACCEPTANCE = "the deployment would undo the move."
ASKED = ("handover --check",)
