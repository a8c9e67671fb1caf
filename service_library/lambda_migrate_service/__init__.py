"""The service half of a function that `lambda-migrate` has lifted off AWS Lambda.

Any ASGI application runs behind these parts; each is a class of its own that takes what comes next, and may be left out
or replaced where the service is put together.
"""

from __future__ import annotations

__version__ = "1.0.0"
