"""The alias has provisioned concurrency, or as much again would be more than the function has reserved.

## Why it matters

Lambda does not combine provisioned concurrency with weights on the same alias: the first weight step would be refused.
Moved as a whole, the alias takes it along: Lambda starts instances of the new version before it sends requests there.

Provisioned concurrency of a numbered version goes with weights. The proxy version gets as many instances before any
traffic does, and the old ones stay for the way back. Together they must not exceed the function's reserved concurrency.

## What to do

Take the whole step at once with `--weights 100`, or remove the alias' provisioned concurrency for the time of the
cutover. Where the reserved concurrency is too small, raise it until the migration is over.
"""

from __future__ import annotations

NAME = "provisioned-concurrency"
ACCEPTABLE = False
ACCEPTANCE = "Lambda refuses it; `--weights 100` needs no weights."
ASKED = ("cutover", "proxy rotate-key")
