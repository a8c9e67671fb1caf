"""The repository holds more than a bundle may hold.

## Why it matters

Elastic Beanstalk takes 512 MB at most for the bundle of a version, of which we use 500. What is packed by accident
(data, build results, virtual environments) is uploaded with each deployment.

## What to do

Let `.gitignore` leave out what the service does not need, then run the command again.
"""

from __future__ import annotations

NAME = "bundle-size"
ACCEPTABLE = False
ACCEPTANCE = "AWS refuses larger ones."
ASKED = ("service deploy",)
