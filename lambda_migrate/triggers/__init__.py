"""What can invoke the function: one file and one line here per kind."""

from __future__ import annotations
