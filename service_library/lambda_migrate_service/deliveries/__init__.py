"""How events other than HTTP requests reach the service: who may send them, and how each sender proves itself."""

from __future__ import annotations
