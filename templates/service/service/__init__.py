"""The service around the lifted application."""

from __future__ import annotations
