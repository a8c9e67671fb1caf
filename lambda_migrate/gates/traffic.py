"""The function was invoked within the quiet period.

## Why it matters

Somebody still uses it, directly or by a version or an alias. After `retire` their calls fail, and AWS cannot bring the
function back.

## What to do

The plan names what was invoked. If no known trigger does that, find the caller first: CloudTrail's data events for
Lambda name the role. Move it to the service, then wait for the quiet period to pass.
"""

from __future__ import annotations

NAME = "traffic"
ACCEPTABLE = True
ACCEPTANCE = "Accept it, one resource at a time (`path:`), if those callers may fail from now on."
ASKED = ("retire",)
