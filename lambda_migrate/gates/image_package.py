"""The function's container image is not of a kind that a layer can be added to.

## Why it matters

The proxy comes into an image as one layer more: manifest and configuration are edited, and pushed under a digest of
their own. That takes a single image whose manifest is of Docker's schema 2 or of OCI. A list of images, or media types
that nobody knows, would be guessed at.

## What to do

Build the image for one platform and without attestations, `docker buildx build --platform linux/amd64
--provenance=false`, deploy it, and run `proxy deploy` again.
"""

from __future__ import annotations

NAME = "image-package"
ACCEPTABLE = False
ACCEPTANCE = "nobody could say what the derived image would be."
ASKED = ("proxy deploy", "proxy rotate-key", "doctor")
