"""A record of the stream may be larger than a pipe can send to an API destination.

## Why it matters

EventBridge sends an API destination 256 KB at most. A Kinesis record may be larger, and its data is sent in base64, a
third longer; a DynamoDB record holds the item before and after its change, up to 400 KB each. A record that does not
fit fails, comes again until it expires or its retries end, and holds up its shard meanwhile.

For Kinesis the largest put of 14 days is looked at (`IncomingBytes`), which may have held several records. DynamoDB
counts nothing of the kind.

## What to do

If you know that your records are smaller, accept this. Set `MaximumRetryAttempts` and a destination for what fails on
the mapping, which the pipe takes over. Or take the stream out of `service.pipes`; it stays on the alias.
"""

from __future__ import annotations

NAME = "pipe-record-size"
ACCEPTABLE = True
ACCEPTANCE = "Accept it once you know that no record is larger."
ASKED = ("cutover --direct",)
