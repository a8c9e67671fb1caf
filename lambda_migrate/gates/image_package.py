"""The function is deployed as a container image.

## Why it matters

The proxy is a Lambda layer, and AWS adds layers to functions from zip packages alone.

## What to do

Deploy the same code once as a zip package, to this function or to a new one, and migrate that. The analyzer and `init`
read the code either way.
"""

from __future__ import annotations

NAME = "image-package"
ACCEPTABLE = False
ACCEPTANCE = "AWS adds no layer to a function that is deployed as a container image."
ASKED = ("proxy deploy", "proxy rotate-key", "doctor")
