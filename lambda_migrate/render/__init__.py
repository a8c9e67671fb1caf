"""What a person reads: pure functions from data to text, and the terminal that shows it."""

from __future__ import annotations
