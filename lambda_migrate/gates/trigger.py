"""A trigger invokes the function, and this version cannot move it.

## Why it matters

`cutover` moves the alias. A trigger that stays on the unqualified function, or on another version, goes on running the
old code while everything else has moved. `cutover --direct` and `retire` go further: after `retire`, whatever still
invokes the function fails.

The name of the gate ends with the kind of the trigger, as in `trigger:s3`.

## What to do

Before `cutover`, point the trigger to the alias by hand, or accept that it stays where it is. Before `retire`, remove
it; where it is a kind that this version moves, run `lambda-migrate cutover --direct`, which points it to the service.

An acceptance may name one trigger: `path:` takes its name as the plan shows it.
"""

from __future__ import annotations

NAME = "trigger"
SUBJECT = "kind"
ACCEPTABLE = True
ACCEPTANCE = (
    "Accept a kind once you have looked after its triggers yourself. `retire` wants that said: `phases: [retire]`. "
    "There, a trigger that `cutover --direct` can move cannot be accepted."
)
ASKED = ("cutover", "cutover --direct", "retire", "doctor")
