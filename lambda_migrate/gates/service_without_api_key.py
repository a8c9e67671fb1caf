"""An EventBridge rule is to call the service, and no key is named that it should send.

## Why it matters

EventBridge calls the service through an API destination, whose connection needs credentials. The service checks them,
so that nobody else can send it events.

## What to do

Make a secret with a long random value, set it as `service.api_key` in migration.yaml (for example
`secretsmanager:orders/api-key`), and give the service the same one.
"""

from __future__ import annotations

NAME = "service-without-api-key"
ACCEPTABLE = False
ACCEPTANCE = "EventBridge calls a URL with a key only, and the service refuses calls without it."
ASKED = ("cutover --direct",)
