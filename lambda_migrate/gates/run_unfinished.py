"""A run of another phase is not finished.

## Why it matters

It stopped in between: interrupted, failed, or waiting for more traffic before it is judged. A plan that is made now
would be made from a world that is half one thing and half another.

## What to do

`lambda-migrate status` says what is open. Finish it with the command that the message names, or undo it with
`lambda-migrate rollback --last`.
"""

from __future__ import annotations

NAME = "run-unfinished"
ACCEPTABLE = False
ACCEPTANCE = "two runs at once would undo each other's steps."
ASKED = (
    "proxy deploy",
    "cutover",
    "cutover --direct",
    "retire",
    "proxy rotate-key",
    "proxy rotate-key --finish",
    "freeze",
    "freeze --enforce",
    "service deploy",
    "pipeline deploy",
)
