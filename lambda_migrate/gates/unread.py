"""Something that the plan depends on could not be read.

## Why it matters

AWS did not allow the call, so the plan would be made as if there were nothing: no asynchronous settings to copy to the
alias, no function URL to look after. What is there all the same would be lost without a word. Of a container image that
cannot be read, nobody knows what the proxy would be added to.

## What to do

The plan's warnings name the call that was refused. Allow it for the role that runs this tool, and plan again.
An image takes `ecr:BatchGetImage` and `ecr:GetDownloadUrlForLayer`. It has to be there still, and its configuration has
to be what the OCI image specification describes; that gate cannot be accepted.
"""

from __future__ import annotations

NAME = "unread"
ACCEPTABLE = True
ACCEPTANCE = "Accept it only if you know that there is nothing to read."
ASKED = ("proxy deploy", "proxy rotate-key", "cutover", "cutover --direct", "cutover --domain", "retire")
