"""Changes to roles, users and instance profiles."""

from __future__ import annotations
