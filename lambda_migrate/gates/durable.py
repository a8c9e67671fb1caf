"""The function runs durable executions.

## Why it matters

A durable execution goes on in the version that it started in. Moving the alias moves new executions alone; what waits
goes on in the old version, and may outlive it.

## What to do

Let the open executions finish and start no new ones, or move the workflow to something that is not this function. Then
accept this gate.
"""

from __future__ import annotations

NAME = "durable"
ACCEPTABLE = True
ACCEPTANCE = "Accept it if no durable execution is open, and none is started until the migration is over."
ASKED = ("proxy deploy", "proxy rotate-key", "doctor")
