"""The proxy does not know the program that starts the function's container image.

## Why it matters

The proxy replaces the handler: the one argument of AWS's base image (`/lambda-entrypoint.sh`), the word after
`awslambdaric`, or the whole command beside the AWS Lambda Web Adapter. What another program or script does with its
arguments cannot be seen from outside.

## What to do

Where a script passes its last argument to `awslambdaric`, as the one in AWS's documentation does, accept the gate.
Otherwise start the runtime interface client directly (`ENTRYPOINT ["python", "-m", "awslambdaric"]`, `CMD
["app.handler"]`), deploy that, and run `proxy deploy` again.
"""

from __future__ import annotations

NAME = "image-entrypoint"
ACCEPTABLE = True
ACCEPTANCE = "Accept it if the script passes its last argument, the handler, to the runtime interface client."
ASKED = ("proxy deploy", "proxy rotate-key", "doctor")
