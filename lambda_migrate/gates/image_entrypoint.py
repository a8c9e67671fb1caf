"""What starts the function's container image is none of the starts that the proxy knows.

## Why it matters

The proxy takes the place of the handler: of the one argument of AWS's base image (`/lambda-entrypoint.sh`), of the word
behind `awslambdaric`, or of the whole command beside the AWS Lambda Web Adapter. What another program or script does
with its arguments, nobody can see from outside.

## What to do

Where a script hands its last argument on to `awslambdaric`, as the one in AWS's documentation does, accept the gate.
Otherwise start the runtime interface client directly (`ENTRYPOINT ["python", "-m", "awslambdaric"]`,
`CMD ["app.handler"]`), deploy that, and run `proxy deploy` again.
"""

from __future__ import annotations

NAME = "image-entrypoint"
ACCEPTABLE = True
ACCEPTANCE = "Accept it if the script hands its last argument, the handler, on to the runtime interface client."
ASKED = ("proxy deploy", "proxy rotate-key", "doctor")
