"""Every phase, one module each: a new one is a file here and a line in :mod:`lambda_migrate.planner.journey`.

A phase is loaded when it is asked for: a command pays for its own alone, and `status` for none.
"""

from __future__ import annotations

import importlib
from functools import cache

from lambda_migrate.errors import ConfigError
from lambda_migrate.planner import journey
from lambda_migrate.workflow.phase import PhaseKind


@cache
def load(name: str) -> PhaseKind:
    """Return the phase of that name, checked; imports its module.

    Raises:
        ConfigError: There is none.
        TypeError: Its module lacks something that every phase has.
    """
    phase = journey.named(name)
    if phase is None:
        raise ConfigError(f"`{name}` is not a phase", hint="`lambda-migrate explain phases` lists them")
    return PhaseKind.of(phase, importlib.import_module(f"{__name__}.{name.replace('-', '_')}"))


def every() -> tuple[PhaseKind, ...]:
    """Return every phase, in the order of the journey."""
    return tuple(load(phase.name) for phase in journey.PHASES)
