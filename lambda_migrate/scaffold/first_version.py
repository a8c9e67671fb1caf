"""Moves a repository of the first version over: its ``service/`` held the library's modules, which is a wheel now.

Modules that nobody has touched go, as all files do that `init` no longer writes. `handlers.py` is the user's by purpose
and is carried over with its imports adapted. Any other change in the package or its tests cannot be carried over by a
program: then everything but the lifted code stays as it is, and the user is told which files hold the changes.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from lambda_migrate.scaffold.facts import PARTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambda_migrate.scaffold.manifest import Manifest
    from lambda_migrate.scaffold.writes import Write

LIBRARY = "lambda_migrate_service"
_MODULES = (
    "asgi base_path consumer context deliveries dispatch environment events health lifespan lifted limits logs marshal "
    "threads"
)
_DISPATCH = re.compile(r"^\w*service/dispatch\.py$")
_IMPORT = re.compile(rf"(?m)^(\s*from )\.({'|'.join(_MODULES.split())})(\.[\w.]+)?( import )")


def wired(record: Manifest) -> frozenset[str]:
    """Return the parts that a repository's service is put together with; that of the first version had all of them.

    Today's triggers are not enough to tell: those that were cut over directly no longer reach the function.
    """
    first = any(_DISPATCH.match(path) for path in record.files)
    return record.parts | (frozenset(PARTS) if first else frozenset())


def move_over(writes: tuple[Write, ...], record: Manifest, package: str) -> tuple[Write, ...]:
    """Return what is to be written where a repository is of the first version; else the same.

    Args:
        writes: As compared.
        record: What `init` remembers of the repository.
        package: Name of the service's package.
    """
    if f"{package}/dispatch.py" not in record.files:
        return writes
    handlers = f"{package}/handlers.py"
    edited = [each.path for each in writes if each.state == "kept" and each.path != handlers and _of(each, package)]
    if edited:
        return tuple(_stays(writes, edited))
    return tuple(_adapted(each) if each.path == handlers and each.state == "kept" else each for each in writes)


def _of(write: Write, package: str) -> bool:
    return write.path.startswith((f"{package}/", "tests/"))


def _stays(writes: Iterable[Write], edited: list[str]) -> Iterable[Write]:
    """Yield the writes without those that would take the first version apart; pyproject.toml goes with the code."""
    for each in writes:
        if each.path in edited:
            note = "changed by you, so the first version of the package stays: delete this file, and run `init` again"
            yield replace(each, obsolete=False, news=not each.obsolete, note=note)
        elif each.path.startswith("src/") or each.path == "pyproject.toml" or each.state == "identical":
            yield each
        elif each.before is not None:
            yield replace(each, state="kept", obsolete=False, news=False, note="stays with the first version")


def _adapted(write: Write) -> Write:
    """Return the user's own handlers with their imports taken from the library."""
    before = write.before or b""
    text = _IMPORT.sub(rf"\g<1>{LIBRARY}.\g<2>\g<3>\g<4>", before.decode("utf-8", "surrogateescape"))
    content = text.encode("utf-8", "surrogateescape")
    if content == before:
        return write
    return replace(write, content=content, rendered=write.content, state="changed", news=False)
