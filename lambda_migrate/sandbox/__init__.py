"""An AWS on this machine, a sample function on it, and traffic to it: the whole migration without an account."""

from __future__ import annotations
