"""A statement of the function's resource policy cannot be copied to the alias.

## Why it matters

Permissions belong to one qualifier each. A caller that may invoke the unqualified function may not invoke the alias
until the statement is there, too. AWS's AddPermission cannot write every statement: not all conditions, no lists of
actions, no denials; and nobody can copy one whose role or user was deleted, of whom an id (`AROA…`) is left.

## What to do

Look at the statement (its `Sid` is in the plan). Remove one of somebody who is gone. Else grant the caller the same on
the alias in a form that AddPermission takes, or through the caller's own role. Then accept this gate, with the `Sid` as
`path:`.
"""

from __future__ import annotations

NAME = "permission-not-copyable"
ACCEPTABLE = True
ACCEPTANCE = "Accept it if whoever the statement allows need not invoke the function through the alias."
ASKED = ("cutover",)
