"""The function's handler is not a function in a module.

## Why it matters

The proxy runs the original handler by importing `module.function`: for events that it passes on, and as its fallback. A
handler of another form, such as `run.sh`, is a command of a custom start, which the proxy cannot call. It knows one
such start: under the AWS Lambda Web Adapter the handler may be a script.

## What to do

Name a handler of the form `module.function` in the function's configuration, deploy that, and run `proxy deploy` again.
"""

from __future__ import annotations

NAME = "handler-form"
ACCEPTABLE = False
ACCEPTANCE = "the proxy can only call a handler of the form `module.function`."
ASKED = ("proxy deploy", "proxy rotate-key", "doctor")
