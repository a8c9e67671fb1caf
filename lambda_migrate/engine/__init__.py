"""Runs a plan: one action at a time, recorded before it is made, read back after it."""

from __future__ import annotations
