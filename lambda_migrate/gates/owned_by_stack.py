"""A CloudFormation stack owns the function, its alias or a trigger.

## Why it matters

A stack does not notice what others change. Its next deployment points an alias or a trigger back to where the template
has it, or fails since it is elsewhere: SAM's `AutoPublishAlias` with CodeDeploy refuses an alias that somebody else has
moved. After `retire` its next update fails with "Function not found", and so does the way back from that update.

## What to do

Before `cutover`: take another name as `alias:` in migration.yaml than the one that the template has, or write the new
state of alias and triggers into the template; until then see to it that nobody deploys the stack, and accept the gate.
Before `retire`: set `DeletionPolicy: Retain` in the template on the function, and on what else the gate names, and
deploy; take them out of the template and deploy again. SAM, CDK and the Serverless Framework deploy by stacks too.
"""

from __future__ import annotations

NAME = "owned-by-stack"
ACCEPTABLE = True
ACCEPTANCE = (
    "Accept it for `cutover` and `cutover --direct` while nobody deploys the stack. Accept it for `retire` once the "
    "function is out of the template: AWS leaves the stack's tags on what it retains."
)
ASKED = ("cutover", "cutover --direct", "retire")
