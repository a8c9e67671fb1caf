"""The two versions have different roles or dead-letter queues.

## Why it matters

Lambda splits an alias between two versions only if their execution role and dead-letter queue are the same. The first
weight step would be refused.

## What to do

Give `$LATEST` the role and the dead-letter queue of the version that the alias is on, and run `proxy deploy` again. Or
take the whole step at once with `--weights 100`, which needs no split.
"""

from __future__ import annotations

NAME = "versions-differ"
ACCEPTABLE = False
ACCEPTANCE = "Lambda refuses weights between such versions; `--weights 100` needs none."
ASKED = ("cutover", "proxy rotate-key")
