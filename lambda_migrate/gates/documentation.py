"""Writes the gates' pages: `python -m lambda_migrate.gates.documentation docs/gates.md`."""

from __future__ import annotations

import sys
from pathlib import Path

from lambda_migrate.gates.pages import document

if __name__ == "__main__":
    Path(sys.argv[1]).write_text(document(), encoding="utf-8")
