"""migration.yaml: what the user tells the tool, checked strictly, with the line of every mistake."""

from __future__ import annotations

from lambda_migrate.config.acceptance import Acceptance
from lambda_migrate.config.reading import load, parse
from lambda_migrate.config.schema import (
    Cutover,
    Freeze,
    Migration,
    Pipeline,
    Proxy,
    Retire,
    Service,
    Verify,
    json_schema,
)

__all__ = [
    "Acceptance",
    "Cutover",
    "Freeze",
    "Migration",
    "Pipeline",
    "Proxy",
    "Retire",
    "Service",
    "Verify",
    "json_schema",
    "load",
    "parse",
]
