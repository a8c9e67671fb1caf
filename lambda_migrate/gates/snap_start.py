"""SnapStart is on, and the function runs under the AWS Lambda Web Adapter.

## Why it matters

With SnapStart, new execution environments start from a snapshot. The proxy is made for that in a function that Lambda's
own runtime starts: it opens no connection before the snapshot, draws what must be unique for each request, and imports
the original before, so that its hooks run after each restore. Under the web adapter the adapter calls hooks of the
application, and a small server of ours stands in its place on proxy versions, which has not been proven with them.

## What to do

Switch SnapStart off for the function (`ApplyOn: None`) before `proxy deploy`, or try a proxy version in a test account
first, and accept this gate.
"""

from __future__ import annotations

NAME = "snap-start"
ACCEPTABLE = True
ACCEPTANCE = "Accept it once a proxy version with SnapStart has answered in a test account."
ASKED = ("proxy deploy", "proxy rotate-key", "doctor")
