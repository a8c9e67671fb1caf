"""The service's URL is not encrypted.

## Why it matters

After `cutover --direct` AWS sends requests, events and the key of EventBridge's connection straight to this URL. Over
plain HTTP everybody on the way can read and change them.

## What to do

Put a load balancer or another proxy with a certificate in front of the service, and set its `https://` URL as
`service.public_url`.
"""

from __future__ import annotations

NAME = "service-without-https"
ACCEPTABLE = True
ACCEPTANCE = "Accept it if the way from AWS to the service is private, or for a test."
ASKED = ("cutover --direct",)
