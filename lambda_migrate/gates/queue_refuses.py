"""The queue does not take what a bucket or a schedule would send to it, or nobody could look.

## Why it matters

S3 is told not to try the destinations of a bucket when its notifications are written, since it would send a test
message to each queue and topic of others there. So it takes a queue that refuses it, and then drops each event.

S3 sends neither to FIFO queues nor to queues that are encrypted with the key that AWS manages for SQS. A schedule names
no message group, without which a FIFO queue takes nothing.

## What to do

For a bucket, add a statement to the queue's policy: effect Allow, principal `{"Service": "s3.amazonaws.com"}`, action
`sqs:SendMessage`, on the conditions `ArnLike` `aws:SourceArn` the bucket's ARN and `StringEquals` `aws:SourceAccount`
the account that owns the bucket: a bucket's ARN does not say whose it is. Encrypt the queue with SSE-SQS, or with a key
of yours whose policy lets `s3.amazonaws.com` use it (`kms:GenerateDataKey`, `kms:Decrypt`). A statement that denies by
anything but the source or TLS has to leave out calls of AWS itself: `Bool` `aws:PrincipalIsAWSService` `false`.

Allow whoever runs this `sqs:GetQueueUrl` and `sqs:GetQueueAttributes`.
"""

from __future__ import annotations

NAME = "queue-refuses"
ACCEPTABLE = False
ACCEPTANCE = "Nobody can accept it: what may not be sent is lost."
ASKED = ("cutover --direct",)
