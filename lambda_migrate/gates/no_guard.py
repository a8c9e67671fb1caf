"""Nothing would put the weights back by itself: the account does not allow the schedule that does.

## Why it matters

Before each weight a one-off schedule of EventBridge Scheduler is set, which puts the alias back when the bake and its
grace have passed and nobody cancelled it. Without it, a laptop that is shut during a bake leaves part of production on
a version that nobody watches.

## What to do

Allow `scheduler:GetSchedule`, `scheduler:CreateSchedule`, `scheduler:UpdateSchedule`, `scheduler:DeleteSchedule`,
`iam:GetRole`, `iam:CreateRole`, `iam:PutRolePolicy`, `iam:GetRolePolicy`, `iam:DeleteRolePolicy`, `iam:DeleteRole` and
`iam:PassRole` on the schedule and its role; `lambda-migrate policy --phase cutover` prints both by name. Or accept the
gate, and stay at the terminal.
"""

from __future__ import annotations

NAME = "no-guard"
ACCEPTABLE = True
ACCEPTANCE = "Accept it where somebody watches every bake to its end, from a machine that stays awake."
ASKED = ("cutover", "proxy rotate-key")
