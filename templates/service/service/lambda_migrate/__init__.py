"""What the service needs while a Lambda function still stands in front of it.

The proxy inside the function signs each request and sends along what the service cannot see by itself: the event that
API Gateway built, the function's context, and who the client is. This package checks the signature and restores all
of that. When the function is retired, delete this folder and the lines of `main.py` that say so.
"""

from __future__ import annotations

from .door import Door
from .proxy import Proxy
from .signature import Verifier
from .wire import Wire

__all__ = ["Door", "Proxy", "Verifier", "Wire"]
