"""Finds files that cannot be parsed, or not even read.

## Why it breaks
A file that was not analysed may hold anything. Files are read as bytes, with their declared encoding and byte order
mark, by the Python that runs the analysis: syntax newer than that, Python 2, or a damaged file ends up here.

## Instead
Repair the file, or run the analysis with the Python version of the function. If the file never runs, remove it.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.project import Project

CODE = "LM000"
SEVERITY = Severity.ERROR
HINT = "repair the file, or run the analysis with the Python version of the function"

VALID = ("x = 1\n", "\ufeffx = 'a file that begins with a byte order mark'\n")
INVALID = ("def broken(:\n", "print 'python 2'\n", "x = '\0'\n")
KNOWN_MISSES = ()


def is_older(python: str) -> bool:
    """Return whether the Python that runs the analysis is older than the function's."""
    minor = python.partition(".")[2]
    return minor.isdigit() and sys.version_info[:2] < (3, int(minor))


def on(python: str) -> str:
    """Return how to read files of a newer Python: by the Python that lambda-migrate itself runs on."""
    return f"run lambda-migrate itself on Python {python}: `pipx install --python {python} lambda-migrate`"


def conclude(facts: Sequence[Fact], project: Project) -> Iterator[Fact]:
    """Report the files; where the function's Python is newer than this one, say how to read them."""
    for fact in facts:
        if is_older(project.python):
            yield fact.saying(f"{fact.message}; the function runs on {project.python}", hint=on(project.python))
        else:
            yield fact


def check(module: Module) -> Iterator[Fact]:
    """Report why the module could not be parsed."""
    if module.error is not None:
        message = f"cannot be analysed: {module.error.message}"
        fact = module.fact_at(module.error.line, 0, message)
        yield Fact(fact.path, fact.line, module.error.column, fact.end_line, fact.text, fact.message)
