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
LONGEST_PATH = 4096
"""Characters of a path; Linux takes so many bytes (PATH_MAX)."""

_GZIP = b"\x1f\x8b"


class _Header(tarfile.TarInfo):
    """A header of an archive.

    The map of a sparse file is as long as whoever wrote it likes, and tarfile reads all of it into memory; what builds
    images writes none.
    """

    @classmethod
    def frombuf(cls, buf: Any, encoding: str, errors: str) -> _Header:
        header = super().frombuf(buf, encoding, errors)
        if header.type in _LONG and header.size > _LONGEST_HEADER:
            raise hostile("a header is longer than 1 MB")
        if header.size < 0:
            raise hostile("an entry has a negative size")
        return header

    def _proc_sparse(self, _archive: tarfile.TarFile) -> tarfile.TarInfo:
        raise hostile("it has a sparse file, which no builder of images makes")

    def _proc_gnusparse_10(self, *_ignored: object) -> None:
        raise hostile("it has a sparse file, which no builder of images makes")


def entries(layer: BinaryIO) -> Iterator[tuple[tarfile.TarFile, tarfile.TarInfo]]:
    """Yield the entries of an archive, compressed with gzip or not, each with the archive as it stands there.

    Raises:
        MigrateError: One is such as nobody makes by accident.
        TarError, zlib.error, EOFError, OSError, ValueError, OverflowError, RecursionError: It is not an archive.
    """
    packed = layer.read(len(_GZIP)) == _GZIP
    layer.seek(0)
    # not "r|*": a layer in xz, which no media type allows, may ask for gigabytes of memory to be unpacked
    with tarfile.open(fileobj=layer, mode="r|gz" if packed else "r|", tarinfo=_Header, bufsize=PIECE) as archive:
        while entry := archive.next():
            if len(entry.name) > LONGEST_PATH or len(entry.linkname) > LONGEST_PATH:
                raise hostile(f"a path is longer than {LONGEST_PATH:,} characters")
            yield archive, entry
            archive.members.clear()  # type: ignore[attr-defined]  # which grow, and are of no use in a stream
            archive.pax_headers = {}  # as above


def hostile(reason: str) -> MigrateError:
    """Return the refusal of a layer."""
    return MigrateError(f"a layer of the image is hostile: {reason}", hint="nothing was written; ask who built it")
