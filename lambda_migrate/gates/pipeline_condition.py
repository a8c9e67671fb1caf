"""The latest run of the pipeline did not succeed, or has not ended.

## Why it matters

What it should have deployed is not what the service runs. The exit code is for scripts, which would go on otherwise.

## What to do

Look at the stage that the message names in CodePipeline, fix what it says, and push again. While it is running, ask
again in a minute.
"""

from __future__ import annotations

NAME = "pipeline-condition"
ACCEPTABLE = False
ACCEPTANCE = "it is what CodePipeline reports."
ASKED = ("pipeline status",)
