"""What the service takes at once: its instances, and what each of their processes takes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_migrate.errors import AwsError, NotAllowed
from lambda_migrate.inventory.concurrency import peak
from lambda_migrate.planner.load import Load
from lambda_migrate.targets import TARGETS
from lambda_migrate.targets.roles import DEFAULTS

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_migrate.config import Migration
    from lambda_migrate.workflow.context import Context

VARIABLE, PROCESSES = "SERVICE_CONCURRENCY", "WEB_CONCURRENCY"
_DEFAULT = re.compile(r"^CONCURRENCY = (\d+)", re.MULTILINE)
"""The line of the service's ``settings.py`` that says the variable's default."""


def load_of(context: Context, function: str) -> Load:
    """Return how many requests a function ran at once, against what its service takes.

    Args:
        context: Of the command.
        function: Name of the function.
    """
    capacity, origin, largest = of_service(context.migration, context.service_folder)
    try:
        seen = peak(context.aws_read_only, function, context.clock.moment())
    except (AwsError, NotAllowed) as error:
        return Load(None, error.message, capacity, origin, largest)
    return Load(seen, "", capacity, origin, largest)


def of_service(config: Migration, folder: Path) -> tuple[int | None, str, int | None]:
    """Return what the service takes at once, how that comes about, and what it takes once it has scaled out.

    Args:
        config: Names the target, and perhaps the number itself.
        folder: The service's repository, which says what one process takes.
    """
    if config.service.concurrency:
        return config.service.concurrency, "service.concurrency", config.service.concurrency
    target = config.service.target
    instances = TARGETS[target.kind].instances(target)
    variables = {**_defaults(folder / DEFAULTS), **getattr(target, "environment", {})}
    each = _number(variables.get(VARIABLE)) or _written(folder)
    if instances is None or each is None:
        return None, "", None
    least, most = instances
    processes = _number(variables.get(PROCESSES)) or 1
    of_one = f"{processes} processes of {each}" if processes > 1 else f"{each}"
    origin = f"{least} {'instance' if least == 1 else 'instances'} of {of_one}"
    return least * processes * each, origin, most * processes * each


def _defaults(path: Path) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    pairs = [line.partition("=") for line in lines if not line.lstrip().startswith("#")]
    return {name.strip(): value.strip() for name, _, value in pairs}


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and int(text) else None


def _written(folder: Path) -> int | None:
    """Return the default that the service's own code says."""
    for path in sorted(folder.glob("*/settings.py")):
        match = _DEFAULT.search(path.read_text(encoding="utf-8"))
        if match:
            return int(match[1])
    return None
