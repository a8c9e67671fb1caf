"""`python -m lambda_migrate_service.testing PACKAGE`: compares a repository's service with its function."""

from __future__ import annotations

import sys

from .parity import main

sys.exit(main(*sys.argv[1:2]))
