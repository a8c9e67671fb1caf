"""A CloudFormation stack owns the function.

## Why it matters

A stack does not notice that its function was deleted. Its next update fails with "Function not found", and so does the
way back from that update.

## What to do

Set `DeletionPolicy: Retain` on the function in the template and deploy; take the function out of the template and
deploy again; then run `retire`. SAM, CDK and the Serverless Framework deploy by stacks too.
"""

from __future__ import annotations

NAME = "owned-by-stack"
ACCEPTABLE = True
ACCEPTANCE = "Accept it once the function is out of the template: AWS leaves the stack's tags on what it retains."
ASKED = ("retire",)
