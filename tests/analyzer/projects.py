"""Small projects, written to disk for a test."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_migrate.analyzer import Analysis

ADAPTED = """
    from fastapi import FastAPI
    from mangum import Mangum

    app = FastAPI()
    handler = Mangum(app)
"""

REQUIREMENTS = "fastapi\nmangum\nboto3\n"


def write(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else dedent(content).lstrip("\n").encode())
    return root


def found(analysis: Analysis, *codes: str) -> list[tuple[str, str, int]]:
    """Return code, path and line of the findings of some rules, or of all."""
    return [
        (finding.code, finding.path, finding.line)
        for finding in analysis.findings
        if not codes or finding.code in codes
    ]
