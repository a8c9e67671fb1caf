"""Writes the rules' pages: `python -m lambda_migrate.analyzer.documentation docs/rules.md`."""

from __future__ import annotations

import sys
from pathlib import Path

from lambda_migrate.analyzer.pages import document

if __name__ == "__main__":
    Path(sys.argv[1]).write_text(document(), encoding="utf-8")
