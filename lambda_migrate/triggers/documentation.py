"""Brings the tables about triggers up to date: `python -m lambda_migrate.triggers.documentation docs`."""

from __future__ import annotations

import sys
from pathlib import Path

from lambda_migrate.triggers.pages import write

if __name__ == "__main__":
    write(Path(sys.argv[1]))
