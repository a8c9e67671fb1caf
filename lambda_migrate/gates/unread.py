"""Something that the plan depends on could not be read.

## Why it matters

AWS did not allow the call, so the plan would be made as if there were nothing: no asynchronous settings to copy to the
alias, no function URL to look after. Settings that do exist would be lost silently. The proxy cannot be added to a
container image that cannot be read.

## What to do

The plan's warnings name the call that was refused. Allow it for the role that runs this tool, and plan again.
A container image needs `ecr:BatchGetImage` and `ecr:GetDownloadUrlForLayer`; it must still exist, and its configuration
must follow the OCI image specification. For an image, this gate cannot be accepted.
"""

from __future__ import annotations

NAME = "unread"
ACCEPTABLE = True
ACCEPTANCE = "Accept it only if you know that there is nothing to read."
ASKED = ("proxy deploy", "proxy rotate-key", "cutover", "cutover --direct", "cutover --domain", "retire")
