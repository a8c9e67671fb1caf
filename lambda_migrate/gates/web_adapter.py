"""The function runs under the AWS Lambda Web Adapter.

## Why it matters

The adapter starts the application as a web server, and takes the function's handler for the command that does so. The
proxy replaces the handler, so the application would not start.

## What to do

This version cannot migrate such a function. The application is a server already: run it as one, and move the function's
callers to it by hand.
"""

from __future__ import annotations

NAME = "web-adapter"
ACCEPTABLE = False
ACCEPTANCE = "the adapter would start the proxy's handler as if it were the application."
ASKED = ("proxy deploy", "proxy rotate-key", "doctor")
