"""The library keeps callers out who do not know the key, and nothing else would.

## Why it matters

With `service.require: signed` or `header` the service answers only to those who know a key. Without the library
everybody comes in who reaches its URL.

## What to do

Protect the URL otherwise (a private load balancer, an authorizer, a firewall), set `service.require: open`, deploy,
then run the command again.
"""

from __future__ import annotations

NAME = "door-needed"
ACCEPTABLE = False
ACCEPTANCE = "set `service.require: open`, which says the same and is deployed."
ASKED = ("service cleanup --eject",)
