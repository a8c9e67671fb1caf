"""An API, or an authorizer of one, invokes the function with a role of its own.

## Why it matters

Most APIs invoke a function because its resource policy allows it, which this tool copies to the alias. This one uses a
role, and whether the role may invoke the alias is written in the role.

## What to do

Allow the role `lambda:InvokeFunction` on the alias' ARN, which the plan shows. Then accept this gate, with the name of
the API as `path:`.
"""

from __future__ import annotations

NAME = "api-role"
ACCEPTABLE = True
ACCEPTANCE = "Accept it once the role may invoke the alias."
ASKED = ("cutover",)
