"""Takes a FastAPI function off AWS Lambda and onto a service, one reversible step at a time."""

from __future__ import annotations

__version__ = "0.1.0"
