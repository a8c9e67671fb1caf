"""Writes an analysis as one JSON document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lambda_migrate.analyzer.analysis import Analysis


def render(analysis: Analysis) -> str:
    """Return the analysis as indented JSON."""
    return json.dumps(analysis.to_json(), indent=2, ensure_ascii=False) + "\n"
