"""migration.yaml does not say where the pipeline takes the sources from.

## Why it matters

A pipeline starts with a commit: it needs the repository, and a connection through which AWS may read it.

## What to do

Make a connection in the console (Developer Tools, Connections) and set `connection` and `repository` below `pipeline`
in migration.yaml.
"""

from __future__ import annotations

NAME = "pipeline-source"
ACCEPTABLE = False
ACCEPTANCE = "without sources there is nothing that the pipeline could deploy."
ASKED = ("pipeline deploy",)
