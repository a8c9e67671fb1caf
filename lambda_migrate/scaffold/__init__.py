"""Plans and writes the service's repository: what `init` does.

``survey`` finds out, ``plan`` renders and compares with what is there, ``write`` writes; ``migration`` is the text of
migration.yaml, ``git.commit_all`` the first commit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.scaffold.adapter_settings import Carried, carry, found_elsewhere, settings
from lambda_migrate.scaffold.facts import AROUND, FunctionFacts, Options, signing_keys
from lambda_migrate.scaffold.first_version import move_over
from lambda_migrate.scaffold.first_version import wired as _wired
from lambda_migrate.scaffold.manifest import load as record
from lambda_migrate.scaffold.manifest import unfinished
from lambda_migrate.scaffold.migration import api_key, migration
from lambda_migrate.scaffold.repository import render
from lambda_migrate.scaffold.shared_files import joined, members_after
from lambda_migrate.scaffold.shared_repository import SharedRepository, check_shared, fitted, shared_by
from lambda_migrate.scaffold.source import Source, from_directory, from_included, from_link, from_zip
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
    "SharedRepository",
    "Source",
    "Survey",
    "Write",
    "api_key",
    "carry",
    "check_shared",
    "compare",
    "fitted",
    "found_elsewhere",
    "from_directory",
    "from_included",
    "from_link",
    "from_zip",
    "members_after",
    "migration",
    "plan",
    "record",
    "render",
    "settings",
    "shared_by",
    "survey",
    "unfinished",
    "wired",
    "write",
]


def wired(directory: Path, function: str = "") -> frozenset[str]:
    """Return the parts that a repository's service is put together with, of :data:`facts.PARTS`.

    Args:
        directory: The repository.
        function: One of several functions that it serves.

    Raises:
        MigrateError: As :func:`record`.
    """
    known = record(directory)
    own = next((each for each in known.members if each.name == function and each.suffix), None)
    return own.parts if own else _wired(known)


def plan(
    source: Source,
    facts: FunctionFacts,
    options: Options,
    surveyed: Survey | None = None,
    shared: SharedRepository | None = None,
) -> tuple[Write, ...]:
    """Return every file that `init` would write, and what would become of those that are there; nothing is written.

    Args:
        source: The function's code, with its layers.
        facts: The function as it is in AWS.
        options: What the user asks for.
        surveyed: The survey, where there is one already.
        shared: The repository, where it serves several functions, and the survey fits it.

    Raises:
        MigrateError: The function cannot be lifted, or the folder is not ours.
    """
    directory: Path = options.directory
    surveyed = surveyed or survey(source, facts, options)
    if shared:
        return joined(shared, render(surveyed, facts, options, shared.own.suffix), signing_keys(facts, options))
    return move_over(compare(render(surveyed, facts, options), directory), record(directory), surveyed.package)
