"""Plans and writes the service's repository: what `init` does.

``survey`` finds out, ``plan`` renders and compares with what is there, ``write`` writes; ``migration`` is the text of
migration.yaml, ``git.commit_all`` the first commit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.scaffold.adapter_settings import Carried, carry, found_elsewhere, settings
from lambda_migrate.scaffold.facts import AROUND, FunctionFacts, Options
from lambda_migrate.scaffold.first_version import move_over
from lambda_migrate.scaffold.first_version import wired as _wired
from lambda_migrate.scaffold.manifest import load as record
from lambda_migrate.scaffold.manifest import unfinished
from lambda_migrate.scaffold.migration import api_key, migration
from lambda_migrate.scaffold.repository import render
from lambda_migrate.scaffold.source import Source, from_directory, from_included, from_zip
from lambda_migrate.scaffold.survey import HOOKED, Survey, survey
from lambda_migrate.scaffold.writes import Write, compare, write

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "AROUND",
    "HOOKED",
    "Carried",
    "FunctionFacts",
    "Options",
    "Source",
    "Survey",
    "Write",
    "api_key",
    "carry",
    "compare",
    "found_elsewhere",
    "from_directory",
    "from_included",
    "from_zip",
    "migration",
    "plan",
    "record",
    "render",
    "settings",
    "survey",
    "unfinished",
    "wired",
    "write",
]


def wired(directory: Path) -> frozenset[str]:
    """Return the parts that a repository's service is put together with, of :data:`facts.PARTS`.

    Raises:
        MigrateError: As :func:`record`.
    """
    return _wired(record(directory))


def plan(source: Source, facts: FunctionFacts, options: Options, surveyed: Survey | None = None) -> tuple[Write, ...]:
    """Return every file that `init` would write, and what would become of those that are there; nothing is written.

    Args:
        source: The function's code, with its layers.
        facts: The function as it is in AWS.
        options: What the user asks for.
        surveyed: The survey, where there is one already.

    Raises:
        MigrateError: The function cannot be lifted, or the folder is not ours.
    """
    directory: Path = options.directory
    surveyed = surveyed or survey(source, facts, options)
    return move_over(compare(render(surveyed, facts, options), directory), record(directory), surveyed.package)
