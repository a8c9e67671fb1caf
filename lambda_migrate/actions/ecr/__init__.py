"""Changes to repositories of container images."""

from __future__ import annotations
