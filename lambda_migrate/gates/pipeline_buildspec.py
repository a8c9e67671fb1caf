"""The service's repository has no `buildspec.yml`.

## Why it matters

CodeBuild reads there how the service is checked and built. Without it each run of the pipeline fails.

## What to do

Run `lambda-migrate init`, which writes it, and commit it.
"""

from __future__ import annotations

NAME = "pipeline-buildspec"
ACCEPTABLE = False
ACCEPTANCE = "each run of the pipeline would fail."
ASKED = ("pipeline deploy",)
