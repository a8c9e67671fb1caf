"""`python -m service`: runs the service until it is told to stop."""

from __future__ import annotations

import os

from lambda_migrate_service.server import run

from .settings import prepared, read

run(f"{__package__}.main:app", read(prepared(os.environ)))
