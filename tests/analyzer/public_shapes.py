"""A web application as public repositories have it, and what the analyzer says of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.analyzer import analyze
from tests.analyzer.projects import write

if TYPE_CHECKING:
    from pathlib import Path

WEB = "from fastapi import FastAPI\nfrom mangum import Mangum\napp = FastAPI()\n"
ALL = {"requirements.txt": "fastapi\nmangum\n"}


def seen(root: Path, files: dict[str, str]) -> list[tuple[str, str, str]]:
    """Return severity, code and message of what is found, but for the adapter itself."""
    write(root, {**ALL, **files})
    findings = analyze(root, None).findings
    return [(each.severity.value, each.code, each.message) for each in findings if each.code != "LM001"]
