"""AWS is still working on it, or left it in a state from which nothing can be changed.

## Why it matters

AWS refuses a second change of a stack, or of an environment, while the first one runs. After a change that failed, a
stack may have to be rolled back or deleted before it takes another one.

## What to do

Wait until the change has ended, or do what the message names. Then run the command again.
"""

from __future__ import annotations

NAME = "change-under-way"
ACCEPTABLE = False
ACCEPTANCE = "AWS refuses the change."
ASKED = ("service deploy", "pipeline deploy")
