"""The story that `lambda-migrate demo` tells."""

from __future__ import annotations
