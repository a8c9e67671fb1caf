"""Events as AWS sends them, in the project's own writing: a function for each kind, with what matters as arguments."""

from __future__ import annotations
