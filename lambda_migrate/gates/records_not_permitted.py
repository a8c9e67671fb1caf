"""The function's role may not write records to the bucket of `proxy.record`, or this could not be checked.

## Why it matters

The proxy writes records with the role of the function. Where that may not write to the bucket, or not use the key that
encrypts the records, callers notice nothing and nothing is recorded: every record is dropped.

## What to do

Allow the function's role `s3:PutObject` on the objects that the message names, and `kms:GenerateDataKey` on the key. A
bucket of another account has to allow the role in its own policy too, which is not looked at. Where it could not be
asked, allow yourself `iam:SimulatePrincipalPolicy`. Or record to the function's log: leave `bucket` out.
"""

from __future__ import annotations

NAME = "records-not-permitted"
ACCEPTABLE = True
ACCEPTANCE = "Accept it once you know that the role may write there, by the bucket's own policy for example."
ASKED = ("proxy deploy",)
