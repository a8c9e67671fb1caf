"""The signing key is missing: no secret is named, or the secret holds no key yet.

## Why it matters

The proxy signs every request that it sends, and the service refuses what is not signed. A proxy version without a key
would be refused from its first request on.

## What to do

Set `proxy.signing_keys` in migration.yaml (for example `secretsmanager:lambda-migrate/orders/signing-keys`), then run
`lambda-migrate proxy rotate-key`, which makes the first key.
"""

from __future__ import annotations

NAME = "signing-keys"
ACCEPTABLE = False
ACCEPTANCE = "without a key the service could not tell the proxy's requests from anybody else's."
ASKED = ("proxy deploy", "proxy rotate-key")
