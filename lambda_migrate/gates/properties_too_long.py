"""The environment variables are more than Elastic Beanstalk takes.

## Why it matters

All environment properties together may have 4,096 bytes, names and ARNs of secrets included. Elastic Beanstalk
refuses the version otherwise, after it was uploaded.

## What to do

Move what is the same everywhere from `environment:` into `environment.defaults` of the repository, which has no such
limit.
"""

from __future__ import annotations

NAME = "properties-too-long"
ACCEPTABLE = False
ACCEPTANCE = "Elastic Beanstalk refuses it."
ASKED = ("service deploy",)
