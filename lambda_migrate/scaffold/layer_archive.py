"""Reads the archive of an image's layer as a stream; what would fill the memory of this machine is refused."""

from __future__ import annotations

import tarfile
from typing import TYPE_CHECKING, Any, BinaryIO

from lambda_migrate.errors import MigrateError

if TYPE_CHECKING:
    from collections.abc import Iterator

PIECE = 2**20
"""Bytes of a file that are in memory at a time."""

_LONG = frozenset({tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE, b"X"})
_LONGEST_HEADER = 2**20
_LONGEST_PATH = 4096
"""Characters of a path; Linux takes so many bytes (PATH_MAX)."""


class _Header(tarfile.TarInfo):
    """A header of an archive."""

    @classmethod
    def frombuf(cls, buf: Any, encoding: str, errors: str) -> _Header:
        header = super().frombuf(buf, encoding, errors)
        if header.type in _LONG and header.size > _LONGEST_HEADER:
            raise hostile("a header is longer than 1 MB")
        if header.size < 0:
            raise hostile("an entry is smaller than nothing")
        return header


def entries(layer: BinaryIO) -> Iterator[tuple[tarfile.TarFile, tarfile.TarInfo]]:
    """Yield the entries of an archive, compressed or not, each with the archive as it stands there.

    Raises:
        MigrateError: One is such as nobody makes by accident.
        TarError, zlib.error, LZMAError, EOFError, OSError, ValueError, OverflowError: It is not an archive.
    """
    with tarfile.open(fileobj=layer, mode="r|*", tarinfo=_Header, bufsize=PIECE) as archive:
        while entry := archive.next():
            if len(entry.name) > _LONGEST_PATH or len(entry.linkname) > _LONGEST_PATH:
                raise hostile(f"a path is longer than {_LONGEST_PATH:,} characters")
            yield archive, entry
            archive.members.clear()  # type: ignore[attr-defined]  # which grow, and are of no use in a stream


def hostile(reason: str) -> MigrateError:
    """Return the refusal of a layer."""
    return MigrateError(f"a layer of the image is hostile: {reason}", hint="nothing was written; ask who built it")
