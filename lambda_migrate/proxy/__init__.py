"""Builds the layer that stands in front of a function; `runtime` is what runs inside Lambda."""

from __future__ import annotations
