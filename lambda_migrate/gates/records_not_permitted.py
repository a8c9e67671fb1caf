"""The function's role may not write records to the bucket of `proxy.record`, or this could not be checked.

## Why it matters

The proxy writes records with the function's role. If the role may not write to the bucket, or not use the key that
encrypts the records, every record is dropped, and no caller notices.

## What to do

Allow the function's role `s3:PutObject` on the objects that the message names, and `kms:GenerateDataKey` on the key. A
bucket in another account must also allow the role in its own policy, which is not checked. If the check itself was
refused, allow yourself `iam:SimulatePrincipalPolicy`. Or leave `bucket` out: the proxy then records to the function's
log.
"""

from __future__ import annotations

NAME = "records-not-permitted"
ACCEPTABLE = True
ACCEPTANCE = "Accept it once you know that the role may write there, by the bucket's own policy for example."
ASKED = ("proxy deploy",)
