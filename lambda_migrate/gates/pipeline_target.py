"""A pipeline cannot deploy to this target.

## Why it matters

CodePipeline deploys to Elastic Beanstalk and to ECS. It knows nothing of a process on this machine, nor of a service
that you deploy yourself.

## What to do

Name another `service.target` in migration.yaml, or deploy from the pipeline that you have.
"""

from __future__ import annotations

NAME = "pipeline-target"
ACCEPTABLE = False
ACCEPTANCE = "CodePipeline has no way to deploy there."
ASKED = ("pipeline deploy",)
