"""What the service needs while a Lambda function still stands in front of it.

The proxy inside the function signs each request and sends along what the service cannot see by itself: the event that
API Gateway built, the function's context, and who the client is. This package checks the signature and restores all
of that. When the function is retired, the lines of `service/main.py` that say so are deleted.
"""

from __future__ import annotations

from .events import ProxyEvents
from .lambda_proxy import LambdaProxy
from .middleware import ProxyMiddleware, SignatureMiddleware
from .signature import SignatureVerifier

__all__ = ["LambdaProxy", "ProxyEvents", "ProxyMiddleware", "SignatureMiddleware", "SignatureVerifier"]
