"""Where AWS differs from the ledger, of all that was moved."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from lambda_migrate.engine.ledger import Ledger
from lambda_migrate.workflow import standing

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_migrate.aws.session import Aws


def put_back(aws: Aws, folder: Path) -> list[str]:
    """Return what `doctor` would say is elsewhere than the ledger has it; that nothing was moved is told too."""
    checks = list(standing.checks(aws, Ledger.read(folder / "ledger.yaml"), time.time()))
    return [check.detail for check in checks if check.result != "pass"] if checks else ["nothing was moved"]
