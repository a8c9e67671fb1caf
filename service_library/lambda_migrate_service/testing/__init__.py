"""What a repository's own tests are written with: no network, no AWS, no server."""

from __future__ import annotations

from ..routes import paths, routes
from .client import Answer, Client, Recorder
from .parity import Comparison, compare
from .signer import sign
from .stand_ins import stand_ins

__all__ = [
    "Answer",
    "Client",
    "Comparison",
    "Recorder",
    "compare",
    "paths",
    "routes",
    "sign",
    "stand_ins",
]
