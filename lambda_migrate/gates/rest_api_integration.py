"""A method of the REST API does not hand the request to the function as it is.

## Why it matters

A Lambda proxy integration can be replaced by an HTTP proxy integration: both pass the whole request on. An integration
with mapping templates makes an event of its own out of the request, and an answer out of what the function returns. The
service would get a request that nobody has mapped.

## What to do

Change the method to a Lambda proxy integration first, or leave the API on the alias and accept `trigger:rest_api`.
"""

from __future__ import annotations

NAME = "rest-api-integration"
ACCEPTABLE = False
ACCEPTANCE = "the service would not understand the requests."
ASKED = ("cutover --direct",)
