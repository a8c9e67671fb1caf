"""Changes to the secret that holds the signing keys."""

from __future__ import annotations
