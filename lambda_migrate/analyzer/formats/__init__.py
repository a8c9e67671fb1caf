"""Every way to write an analysis as text: a new one is a file here and a line below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.analyzer.formats import github, json_document, sarif, statistics, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.analyzer.analysis import Analysis

FORMATS: dict[str, Callable[[Analysis], str]] = {
    "text": text.render,
    "json": json_document.render,
    "sarif": sarif.render,
    "github": github.render,
    "statistics": statistics.render,
}
