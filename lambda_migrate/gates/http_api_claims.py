"""API Gateway authorizes requests, and the service would not learn who was let in.

## Why it matters

The function finds what the authorizer knows in `requestContext.authorizer`, and so does the service for requests of the
proxy. A request that API Gateway sends to a URL is a plain one: the claims are not in it.

## What to do

If the application needs them, map each to a header of the function's integration, for example
`append:header.x-user: $context.authorizer.claims.sub`: `cutover --direct` copies such mappings. The service has to read
the header, and to believe it only together with the key of `LAMBDA_MIGRATE_REQUIRE=header`. For a REST API nothing is
mapped: leave its methods that need claims on the alias, or check the token in the service.
"""

from __future__ import annotations

NAME = "http-api-claims"
ACCEPTABLE = True
ACCEPTANCE = "Accept it if the application does not ask who was let in, or checks the token itself."
ASKED = ("cutover --direct",)
