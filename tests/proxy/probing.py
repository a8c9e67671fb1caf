"""What tests of the proxy share: the probe, an address at which nobody listens, and how a test makes services."""

from __future__ import annotations

from collections.abc import Callable

from tests.proxy.service import Service

Serve = Callable[..., Service]
GONE = "http://127.0.0.1:1"
PROBE = {"lambda-migrate": {"probe": 1}}
