"""The alias has provisioned concurrency.

## Why it matters

Lambda does not combine provisioned concurrency with weights on the same alias. The first weight step would be refused.

## What to do

Remove the provisioned concurrency for the time of the cutover, or take the whole step at once with `--weights 100`.
"""

from __future__ import annotations

NAME = "provisioned-concurrency"
ACCEPTABLE = False
ACCEPTANCE = "Lambda refuses weights on such an alias; `--weights 100` needs none."
ASKED = ("cutover", "proxy rotate-key")
