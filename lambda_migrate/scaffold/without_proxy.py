"""Takes the proxy's parts out of a service's repository, once the function is retired.

`main.py` marks the lines that go; `tests/test_proxy.py` goes as a whole, and what is about the signing keys elsewhere.
What is left is the user's service on the library. The record remembers it, so that `init` does not bring them back.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from lambda_migrate.scaffold.atomic_write import Staging
from lambda_migrate.scaffold.manifest import RECORD, Manifest, digest, load
from lambda_migrate.scaffold.templates import Rendered
from lambda_migrate.scaffold.writes import Write

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MARK = b"# goes with the proxy"
RETIRED = "without-proxy"
"""What the record says among the parts of a service that has none for the proxy any more."""
TEST = "tests/test_proxy.py"
_KEYS = b"LAMBDA_MIGRATE_SIGNING_KEYS"
_SECTION = re.compile(rb"(?ms)^## When the function is retired\n.*?(?=^## |\Z)")
_REPLAYS = re.compile(rb"(?m)^Each signed request is accepted once.*\n(?:.+\n)*\n?")


def stripped(path: str, content: bytes) -> bytes | None:
    """Return a file of the repository without the proxy's parts; None for one that goes.

    Args:
        path: Below the repository.
        content: What it holds.
    """
    if path == TEST:
        return None
    if path == "README.md":
        content = (
            _REPLAYS.sub(b"", _SECTION.sub(b"", content)).replace(b"the proxy (signature), ", b"").rstrip() + b"\n"
        )
    mark = {"README.md": _KEYS, "environment.local": _KEYS}.get(path, MARK if path.endswith("/main.py") else None)
    if mark is None or path.startswith("src/"):
        return content
    return b"".join(line for line in content.splitlines(keepends=True) if mark not in line)


def rendered(files: Mapping[str, Rendered]) -> dict[str, Rendered]:
    """Return what `init` renders for a service whose function is retired."""
    kept = ((path, file, stripped(path, file.content)) for path, file in files.items())
    return {path: Rendered(content, file.executable) for path, file, content in kept if content is not None}


def plan(directory: Path) -> tuple[Write, ...]:
    """Return what would become of the files that `init` wrote; nothing is written.

    Raises:
        MigrateError: The folder is not a repository that `init` wrote.
    """
    writes = []
    for path in load(directory).paths:
        file = directory / path
        if not file.is_file() or file.is_symlink():
            continue
        before = file.read_bytes()
        after = stripped(path, before)
        if after is None:
            writes.append(Write(path, b"", "removed", before))
        elif after != before:
            writes.append(Write(path, after, "changed", before))
    return tuple(writes)


def write(writes: tuple[Write, ...], directory: Path) -> None:
    """Write what is planned, all or nothing; a file that the user has edited stays the user's.

    Raises:
        MigrateError: A file cannot be written.
    """
    record = load(directory)
    files = dict(record.files)
    with Staging(directory) as change:
        for each in writes:
            if each.state == "removed":
                files.pop(each.path, None)
                change.remove(each.path)
            else:
                if record.wrote(each.path, each.before or b""):
                    files[each.path] = digest(each.content)
                change.put(each.path, each.content)
        change.put(RECORD, _retired(record, files).to_bytes())
        change.apply()


def _retired(record: Manifest, files: dict[str, str]) -> Manifest:
    return replace(record, files=files, replaced={}, parts=record.parts | {RETIRED})
