"""How the service runs. Every setting is an environment variable with a default; a wrong one stops the start."""

from __future__ import annotations

from collections.abc import MutableMapping
from pathlib import Path

from lambda_migrate_service import environment
from lambda_migrate_service.environment import Environment
from lambda_migrate_service.settings import Settings

from . import function

ROOT = Path(__file__).resolve().parent.parent


def prepared(variables: MutableMapping[str, str]) -> Environment:
    """Return the environment with what `environment.defaults` says filled in."""
    return environment.prepared(variables, ROOT / "environment.defaults")


def read(found: Environment) -> Settings:
    """Read the settings; what is wrong is remembered by the environment."""
    return Settings.read(
        found,
        function.FUNCTION,
        concurrency=function.CONCURRENCY,
        lifespan=function.LIFESPAN,
        base_path=function.BASE_PATH,
    )
