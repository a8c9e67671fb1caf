"""Proves what it says: the service is healthy, the proxy reaches it, the traffic succeeds."""

from __future__ import annotations
