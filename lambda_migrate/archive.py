"""Zips whose bytes depend on nothing but what is in them: names are sorted, times and permissions are fixed."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_FIXED_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest that a zip can hold."""

_UNIX = 3
_READABLE, _EXECUTABLE = 0o100644 << 16, 0o100755 << 16


def pack(files: Mapping[str, bytes], *, executable: Collection[str] = (), level: int | None = None) -> bytes:
    """Return files as a zip. The same files give the same bytes, on every system.

    Args:
        files: Their contents, by their paths in the zip.
        executable: The paths of those that may be run.
        level: Of the compression, 1 (fast) to 9 (small); None for zlib's own choice.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _FIXED_TIME)
            entry.create_system = _UNIX  # also when made elsewhere, so that the mode counts
            entry.external_attr = _EXECUTABLE if name in executable else _READABLE
            archive.writestr(entry, files[name], zipfile.ZIP_DEFLATED, compresslevel=level)
    return buffer.getvalue()
