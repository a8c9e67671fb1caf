"""What the old project requires: said beside the code, above it, in folders that are deployed along, or by the user."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.distributions import requirement_files
from lambda_migrate.declarations.deployment import folders_above, top_of
from lambda_migrate.scaffold import declared, local_packages, public_layers, scratch
from lambda_migrate.scaffold.declared.requirement import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.scaffold.facts import Options
    from lambda_migrate.scaffold.own_code import OwnCode
    from lambda_migrate.scaffold.source import Source


def requires(
    folder: Path, source: Source, code: OwnCode, python: str, options: Options, layers: Sequence[str] = ()
) -> declared.Declared:
    """Read what the old project requires; what its files include may lie anywhere beside them.

    Args:
        folder: A temporary one.
        source: The code.
        code: What of it is lifted.
        python: Version of Python that markers are judged by.
        options: What the user asks for.
        layers: ARNs of the function's layers.
    """
    listed = (requirement for line in options.installs if (requirement := parse(line)) is not None)
    asked_for = declared.joined([_requires(folder, source, code, python, options), declared.Declared(tuple(listed))])
    return replace(asked_for, optional={**asked_for.optional, **public_layers.groups(layers)})


def _requires(folder: Path, source: Source, code: OwnCode, python: str, options: Options) -> declared.Declared:
    if options.requirements:
        places = [
            declared.read(path.parent, "", python, only=[path], within=top_of(path.parent))
            for path in options.requirements
        ]
        return declared.joined(places)
    lifted = frozenset(local_packages.names(source.layers))
    brought = [declared.read(each.folder, "", python, lifted=lifted) for each in source.layers if each.folder]
    if source.folder is None:
        _unpack(folder, source, code)
        return declared.joined([declared.read(folder, code.root, python, lifted=lifted), *brought])
    own = declared.read(source.folder, code.root, python, lifted=lifted, within=top_of(source.folder))
    if own.files or code.distributions:
        return declared.joined([own, *brought])
    return declared.joined([*_above(source.folder, python, lifted), *brought])


def _unpack(folder: Path, source: Source, code: OwnCode) -> None:
    """Write the files that say what is required, and what they may include, into a folder."""
    included = {path for path in code.files.values() if path.endswith((".txt", ".in"))}
    known = {path for path, why in code.left_out.items() if why.startswith("it belongs to the old project")}
    made: set[str] = set()
    for path in (*known, *included):
        scratch.put(f"{folder}/{path}", source.read(path), made)


def _above(folder: Path, python: str, lifted: frozenset[str]) -> Iterator[declared.Declared]:
    """Yield what the nearest folder above the source requires, which has its requirements for it."""
    for place in folders_above(folder):
        if any(requirement_files(place)):
            above = declared.read(place, "", python, lifted=lifted, within=top_of(place))
            where = Path(os.path.relpath(place, folder)).as_posix()
            named = ", ".join(f"`{where}/{name}`" for name in above.files)
            yield replace(above, notes=(f"the requirements are in {named}, above the code", *above.notes))
            return
