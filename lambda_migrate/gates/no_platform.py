"""Elastic Beanstalk offers no Python that is as new as the function needs.

## Why it matters

The code ran on a version of Python, and an older one may not even parse it. Elastic Beanstalk runs only what it
offers in the region.

## What to do

Name a version that it offers in `python:` under `service.target`, and run the tests of the repository with it. Or
deploy to `ecs`, whose image brings its own Python.
"""

from __future__ import annotations

NAME = "no-platform"
ACCEPTABLE = False
ACCEPTANCE = "nothing here can run it."
ASKED = ("service deploy",)
