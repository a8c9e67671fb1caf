"""Random kills, faults, damage and second operators; see :mod:`tests.chaos.story` for what they are done to."""

from __future__ import annotations
