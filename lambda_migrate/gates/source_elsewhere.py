"""The trigger's source is in another account or region.

## Why it matters

Each trigger that goes direct is judged by what its source counts in CloudWatch. Those metrics are kept where the source
is, where this tool does not look, so a trigger that fails would never be noticed.

## What to do

Point the source to the service by hand, together with its owners, and remove it from the function. Then plan again.
"""

from __future__ import annotations

NAME = "source-elsewhere"
ACCEPTABLE = False
ACCEPTANCE = "nothing could judge whether the trigger arrives."
ASKED = ("cutover --direct",)
