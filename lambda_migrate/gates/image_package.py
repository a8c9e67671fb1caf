"""The function's container image is of a kind that the proxy's layer cannot be added to.

## Why it matters

The proxy is added to an image as one more layer: manifest and configuration are edited, and pushed under a digest of
their own. That takes a single image whose manifest is of Docker's schema 2 or of OCI. With a list of images, or unknown
media types, the result would be a guess.

## What to do

Build the image for one platform and without attestations, `docker buildx build --platform linux/amd64
--provenance=false`, deploy it, and run `proxy deploy` again.
"""

from __future__ import annotations

NAME = "image-package"
ACCEPTABLE = False
ACCEPTANCE = "the result could not be predicted."
ASKED = ("proxy deploy", "proxy rotate-key", "doctor")
