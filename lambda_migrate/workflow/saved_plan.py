"""Plans in files: `plan --out` writes one, `--plan` runs exactly that."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lambda_migrate.engine.executor import check_fresh
from lambda_migrate.engine.plan import Plan
from lambda_migrate.engine.runs import open_run
from lambda_migrate.errors import ConfigError
from lambda_migrate.regular_file import read_regular

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_migrate.workflow.context import Context

LONGEST = 1 << 26
"""Bytes of a saved plan, at most."""

HINT = "make one with `lambda-migrate plan --out FILE`"


def read(context: Context, path: Path, made: Plan) -> Plan:
    """Read a saved plan, which must be of this phase, and of the world as it is now unless a run of it is under way.

    Args:
        context: Of the command.
        path: The file that `plan --out` wrote.
        made: What was planned just now, for its phase and its fingerprint.

    Raises:
        ConfigError: The file does not hold a plan, or one of another phase.
        StalePlan: The world has moved since.
    """
    plan = Plan.from_dict(_document(path))
    if (plan.phase, plan.function) != (made.phase, made.function):
        raise ConfigError(
            f"`{path}` is a plan for `{plan.phase}` of `{plan.function}`",
            hint=f"this command runs `{made.phase}`; {HINT}",
        )
    run = open_run(context.ledger)
    if run is None or not run.under_way or run.plan.id != plan.id:
        check_fresh(plan, made.fingerprint)
    return plan


def _document(path: Path) -> dict[str, object]:
    try:
        data = json.loads(read_regular(path, LONGEST))
    except OSError as error:
        raise ConfigError(f"`{path}` cannot be read: {error.strerror}", hint=HINT) from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"`{path}` is not a saved plan", hint=HINT) from error
    if not isinstance(data, dict):
        raise ConfigError(f"`{path}` is not a saved plan", hint=HINT)
    return data


def write(path: Path, plan: Plan) -> None:
    """Save a plan.

    Raises:
        ConfigError: The file cannot be written.
    """
    try:
        path.write_text(json.dumps(plan.to_dict(), indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"`{path}` cannot be written: {error.strerror}", hint="name another file in `--out`"
        ) from error
