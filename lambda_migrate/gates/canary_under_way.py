"""The alias stands halfway between two versions.

## Why it matters

A cutover is not finished. A rotation moves the same alias to yet another version; were it to fail, nobody could say
which of the two moves was at fault.

## What to do

Finish the cutover with `lambda-migrate cutover`, or undo it with `lambda-migrate rollback --last`.
"""

from __future__ import annotations

NAME = "canary-under-way"
ACCEPTABLE = False
ACCEPTANCE = "two moves of the same alias cannot be told apart."
ASKED = ("proxy rotate-key",)
