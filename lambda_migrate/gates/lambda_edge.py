"""The function runs at CloudFront's locations, as Lambda@Edge.

## Why it matters

The proxy is a layer with environment variables, and AWS allows a Lambda@Edge function neither. Its events come from
CloudFront in another format, too.

## What to do

This tool cannot migrate it. Move what it does to CloudFront Functions or to the origin behind CloudFront.
"""

from __future__ import annotations

NAME = "lambda-edge"
ACCEPTABLE = False
ACCEPTANCE = "CloudFront runs the function without layers and without environment variables."
ASKED = ("proxy deploy", "proxy rotate-key", "doctor")
