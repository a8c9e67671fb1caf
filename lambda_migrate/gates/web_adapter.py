"""The function has the AWS Lambda Web Adapter's layer, but is not started by the adapter's script.

## Why it matters

A function under the adapter can carry the proxy: `AWS_LAMBDA_EXEC_WRAPPER` is `/opt/bootstrap`, the script of the
adapter's layer, and the proxy's script takes its place. Where the layer is there but something else starts the
function, it is not known what has to start the original, or whether the adapter is used at all.

## What to do

Set `AWS_LAMBDA_EXEC_WRAPPER` to `/opt/bootstrap`, as the adapter's documentation has it, or remove the adapter's layer
if the function does not use it. Deploy that, and run `proxy deploy` again.
"""

from __future__ import annotations

NAME = "web-adapter"
ACCEPTABLE = False
ACCEPTANCE = "the proxy would not know what starts the original."
ASKED = ("proxy deploy", "proxy rotate-key", "doctor")
