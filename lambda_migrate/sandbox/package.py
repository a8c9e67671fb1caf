"""Builds the zip of a Python function: its source and the distributions it depends on, as installed beside us."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import marshal
import re
from typing import TYPE_CHECKING

from lambda_migrate import archive

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_PROVIDED = {"boto3", "botocore"}
"""What Lambda's runtime brings along."""

_UNCHECKED_HASH = (0b01).to_bytes(4, "little")


def build(source: Path) -> bytes:
    """Return the zip of a function: everything below ``source``, and the distributions its requirements.txt names.

    Every module comes with its bytecode, tied to the content instead of to the time of the file, so that a cold start
    compiles nothing. The same source and the same distributions make the same bytes.

    Args:
        source: Directory with the code and ``requirements.txt``.
    """
    files = {file.relative_to(source).as_posix(): file.read_bytes() for file in _sources(source)}
    for name in _closure(_requirements((source / "requirements.txt").read_text())):
        files |= _installed_files(name)
    bytecode = {
        importlib.util.cache_from_source(path): _bytecode(path, content)
        for path, content in files.items()
        if path.endswith(".py")
    }
    return archive.pack(files | bytecode, level=1)


def _sources(source: Path) -> Iterable[Path]:
    return (file for file in source.rglob("*") if file.is_file() and "__pycache__" not in file.parts)


def _requirements(text: str) -> list[str]:
    """Return the distribution names in requirement lines, without those that are for an extra only."""
    lines = [line.strip() for line in text.splitlines()]
    wanted = [line for line in lines if line and not line.startswith("#") and "extra ==" not in line]
    return [re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0].lower().replace("_", "-") for line in wanted]


def _closure(names: list[str]) -> list[str]:
    """Return distributions with all that they require; what is not installed is not meant for this interpreter."""
    closure: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in closure or name in _PROVIDED:
            continue
        try:
            required = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:
            continue
        closure.add(name)
        waiting += _requirements("\n".join(required))
    return sorted(closure)


def _installed_files(name: str) -> dict[str, bytes]:
    """Return the files of a distribution by their paths in the zip; scripts and bytecode are left out."""
    return {
        file.as_posix(): file.read_binary()
        for file in importlib.metadata.files(name) or []
        if not file.as_posix().startswith("..") and file.suffix != ".pyc"
    }


def _bytecode(path: str, content: bytes) -> bytes:
    code = compile(content, path, "exec", dont_inherit=True, optimize=0)
    return importlib.util.MAGIC_NUMBER + _UNCHECKED_HASH + importlib.util.source_hash(content) + marshal.dumps(code)
