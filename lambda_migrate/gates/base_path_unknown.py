"""The adapter takes a base path off every request, and migration.yaml does not say which.

## Why it matters

`Mangum(app, api_gateway_base_path=…)` takes what the front door puts before the application's paths, like `/tickets`,
off each request. The proxy and the service have to do the same. Where they do not, every request is answered 404:
through the proxy, and again once callers reach the service without Lambda.

## What to do

Run `lambda-migrate init` again: it finds the base path in the function's environment and in the API's routes. Where it
cannot, set `proxy.base_path` in migration.yaml, or `""` if there is none. That one setting serves both halves: the
proxy version has it from `proxy deploy`, the service from `service deploy`. `lambda-migrate verify` proves it.
"""

from __future__ import annotations

NAME = "base-path-unknown"
ACCEPTABLE = False
ACCEPTANCE = 'no request would reach the application; `proxy.base_path: ""` says that there is none.'
ASKED = ("proxy deploy", "cutover", "cutover --direct", "doctor")
