"""The queue would refuse what a bucket or a schedule sends to it, or it could not be checked.

## Why it matters

When a bucket's notifications are written, S3 is told to skip its check of the destinations, because the check would
send a test message to every other queue and topic of the bucket. So S3 accepts a queue that refuses its messages, and
then drops each event.

S3 sends neither to FIFO queues nor to queues that are encrypted with the key that AWS manages for SQS. A schedule sets
no message group, which a FIFO queue requires.

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
ACCEPTANCE = "events that the queue refuses are lost."
ASKED = ("cutover --direct",)
