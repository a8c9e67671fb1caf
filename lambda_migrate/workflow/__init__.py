"""What each command does; no typer, no printing."""

from __future__ import annotations
