"""EventBridge does not take the key that `service.api_key` names.

## Why it matters

A connection of EventBridge holds the key as the value of a header. It takes up to 512 characters, without a colon and
without control characters; so a JSON document, which is what the console of Secrets Manager stores by default, is
refused as well. Without the connection no rule reaches the service.

## What to do

Store the bare key as plain text: `aws secretsmanager put-secret-value --secret-id NAME --secret-string "$(openssl rand
-hex 32)"`. Then deploy the service again, which reads the same secret.
"""

from __future__ import annotations

NAME = "api-key-unusable"
ACCEPTABLE = False
ACCEPTANCE = "EventBridge refuses the connection."
ASKED = ("cutover --direct",)
