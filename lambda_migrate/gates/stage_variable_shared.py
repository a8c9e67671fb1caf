"""A stage's variable cannot be changed such that the function's alias alone is invoked by it.

## Why it matters

The API names the function by a variable of the stage. Where the same variable stands in the URI of another function
or service too, that would be called wrongly. Where the URI has a qualifier of its own behind the variable, no value
leads to the alias.

## What to do

Give the function a variable of its own in the API, or write `${stageVariables.NAME}` where the qualifier stands. Deploy
the API, then run the command again.
"""

from __future__ import annotations

NAME = "stage-variable-shared"
ACCEPTABLE = False
ACCEPTANCE = "no value of the variable would be right."
ASKED = ("cutover",)
