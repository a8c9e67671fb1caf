"""Small layers of images, applied."""

from __future__ import annotations

import gzip
import io
import tarfile
from typing import Any

from lambda_migrate.scaffold.image_files import ImageFiles

FILE, FOLDER, SYMBOLIC, HARD, DEVICE, CHARACTER, FIFO = b"0", b"5", b"2", b"1", b"4", b"3", b"6"


def layer(*entries: tuple[str, Any], compressed: bool = True) -> io.BytesIO:
    """Return a layer: names with contents, or with a kind and where it leads."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, what in entries:
            entry = tarfile.TarInfo(name)
            entry.mode = 0o755
            content = what if isinstance(what, bytes) else b""
            if not isinstance(what, bytes):
                entry.type, entry.linkname = what
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return io.BytesIO(gzip.compress(buffer.getvalue()) if compressed else buffer.getvalue())


def applied(*layers: io.BytesIO, folder: str = "/app", largest: int = 10_000) -> ImageFiles:
    files = ImageFiles(io.BytesIO(), folder, largest)
    for each in layers:
        files.apply(each, "a layer")
    return files


def contents(files: ImageFiles) -> dict[str, bytes]:
    return {path: files.read(path) for path in files.files}
