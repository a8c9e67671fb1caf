"""Something of the same name is there already, and is something else.

## Why it matters

What this command would make has to have this name, and somebody else has made a thing that has it. Writing over it
would break whatever uses it.

## What to do

Look at what the message found. If nobody needs it, delete it; if an earlier attempt made it by hand, bring it to what
the plan shows. Then run the command again.
"""

from __future__ import annotations

NAME = "name-taken"
ACCEPTABLE = False
ACCEPTANCE = "it would write over what somebody else has made."
ASKED = ("service deploy", "pipeline deploy", "freeze --enforce")
