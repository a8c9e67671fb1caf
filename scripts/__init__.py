"""Programs for people who work on lambda-migrate."""

from __future__ import annotations
