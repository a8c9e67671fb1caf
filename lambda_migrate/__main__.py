"""Runs the command line: ``python -m lambda_migrate``."""

from __future__ import annotations

import sys

from lambda_migrate.cli import main

if __name__ == "__main__":
    sys.exit(main())
