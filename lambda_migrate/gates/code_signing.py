"""The function takes signed code only, and the proxy's layer is not signed for it.

## Why it matters

Where a function's code signing configuration says `Enforce`, Lambda checks the signature of every layer that is added,
and refuses the update where one is missing. (With `Warn` it takes the layer and counts a warning, and this gate is
open.) AWS Signer reads from and writes to a bucket of yours, with your right to the profile.

## What to do

Name a bucket that keeps versions as `proxy.signer_bucket` in migration.yaml: `proxy deploy` then has Signer sign the
layer with the function's own profile. Where you may not use the profile, somebody who may signs by hand:

1. `lambda-migrate proxy build -o layer.zip`, and put the file into a bucket with versions.
2. `aws signer start-signing-job` with a profile that the gate names, then `aws signer describe-signing-job`, which says
   where the signed file is.
3. `aws lambda publish-layer-version --layer-name NAME --description DESCRIPTION --content S3Bucket=…,S3Key=…`, with the
   name and the description that the gate names. `proxy deploy` finds the layer by them, looks at its signature, and the
   gate is open.

Or set the configuration's policy to `Warn` for the migration.
"""

from __future__ import annotations

NAME = "code-signing"
ACCEPTABLE = True
ACCEPTANCE = "Accept it where the signature could not be read, and you know that the layer is signed."
ASKED = ("proxy deploy", "proxy rotate-key", "doctor")
