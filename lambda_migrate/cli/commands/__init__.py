"""One file for each command: parse, workflow, render."""

from __future__ import annotations
