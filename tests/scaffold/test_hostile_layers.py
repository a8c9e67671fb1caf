"""Layers of images that are hostile, broken or too large: refused with the whole text, within bounds of memory."""

from __future__ import annotations

import bz2
import errno
import io
import lzma
import os
import tarfile
import tracemalloc
from typing import Any

import pytest

from lambda_migrate.errors import MigrateError
from lambda_migrate.scaffold import image_files
from lambda_migrate.scaffold.image_files import ImageFiles
from lambda_migrate.scaffold.image_source import from_files
from tests.scaffold.image_layers import DEVICE, HARD, SYMBOLIC, applied, layer


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (
            layer(("app/../../etc/cron.d/x", b"x")),
            "a layer of the image is hostile: `app/../../etc/cron.d/x` leads out",
        ),
        (layer(("app/x", (HARD, "../../etc/shadow"))), "is hostile: `../../etc/shadow` leads out"),
        (
            layer(("app", (SYMBOLIC, "b")), ("b", (SYMBOLIC, "app")), ("app/x.py", b"x")),
            "hostile: the links at `app` lead in a circle",
        ),
        (io.BytesIO(b"not an archive"), "a layer cannot be unpacked"),
        (io.BytesIO(b""), "a layer cannot be unpacked"),
        (io.BytesIO(layer(("app/x", bytes(5000))).getvalue()[:60]), "a layer cannot be unpacked"),
    ],
)
def test_what_is_hostile_broken_or_too_large_is_refused(broken: io.BytesIO, reason: str) -> None:
    with pytest.raises(MigrateError) as refused:
        applied(broken)

    assert reason in refused.value.message


@pytest.mark.parametrize(
    ("entries", "limits", "reason"),
    [
        ([("etc/x", b""), ("etc/y", (b"Z", "")), ("etc/z", (DEVICE, ""))], {"LARGEST_IMAGE": 1500}, "more than the 10"),
        ([(f"app/{number}.py", b"") for number in range(9)], {"_MOST_PATHS": 5}, "it has more than 5 files of code"),
        ([(f"etc/{number}", (SYMBOLIC, "x")) for number in range(9)], {"_MOST_PATHS": 5}, "it has more than 5 files"),
        ([(f"etc/{number}/x", b"") for number in range(9)], {"_MOST_PATHS": 5}, "it has more than 5 files of code"),
        ([("a/" * 3000, b"")], {}, "a path is longer than 4,096 characters"),
        ([("app/x", (SYMBOLIC, "a/" * 3000))], {}, "a path is longer than 4,096 characters"),
        (
            [("x", (SYMBOLIC, "a/" * 1500 + "y")), ("a/" * 1500 + "y", (SYMBOLIC, "b/" * 1500)), ("x/z", b"")],
            {},
            "links lead to a path that is longer than 4,096 characters",
        ),
    ],
)
def test_what_would_fill_memory_or_time_is_refused_with_the_whole_text(
    entries: list[Any], limits: dict[str, int], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, limit in limits.items():
        monkeypatch.setattr(image_files, name, limit)

    with pytest.raises(MigrateError) as refused:
        applied(layer(*entries))

    assert refused.value.message.startswith(f"a layer of the image is hostile: {'it unpacks to ' * ('10' in reason)}")
    assert reason in refused.value.message
    assert refused.value.hint == "nothing was written; ask who built it"


def test_an_entry_that_is_smaller_than_nothing_is_refused() -> None:
    header = tarfile.TarInfo("app/x.py")
    header.size = -512
    backwards = io.BytesIO(header.tobuf(tarfile.GNU_FORMAT) + bytes(10_240))

    with pytest.raises(MigrateError, match="an entry has a negative size"):
        applied(backwards)


RECORD = b"torch/lib/big.so,,\ntorch/__init__.py,,\n"
TORCH = [("app/torch/__init__.py", b"import x"), ("app/torch-2.7.0.dist-info/RECORD", RECORD)]


def test_of_packages_in_the_folder_of_the_code_what_does_not_fit_is_left_to_the_installer() -> None:
    files = applied(layer(("app/torch/lib/big.so", bytes(4000)), *TORCH, ("app/main.py", b"main")))

    assert files.unkept == ["app/torch/lib/big.so"]
    assert "main.py" in from_files(files).paths
    assert "torch/lib/big.so" not in from_files(files).paths


@pytest.mark.parametrize(
    ("entry", "name"),
    [(("app/model.bin", bytes(10_001)), "model.bin"), (("app/own/fast.so", bytes(4000)), "own/fast.so")],
)
def test_code_of_its_own_that_does_not_fit_is_named(entry: tuple[str, bytes], name: str) -> None:
    files = applied(layer(entry, *TORCH, ("app/main.py", b"main")))

    with pytest.raises(MigrateError) as refused:
        from_files(files)

    assert (refused.value.message, refused.value.hint) == (
        f"the code in the image is larger than 300 MB, with `/app/{name}`",
        "name the folder of its sources with `--source`",
    )


def with_headers(*headers: tuple[bytes, bytes]) -> io.BytesIO:
    """Return an archive of headers as they are never written: types with contents."""
    archive = b""
    for kind, content in headers:
        header = tarfile.TarInfo("x")
        header.type, header.size = kind, len(content)
        archive += header.tobuf(tarfile.GNU_FORMAT) + content + bytes(-len(content) % 512)
    return io.BytesIO(archive + bytes(10_240))


SPARSE = b"22 GNU.sparse.major=1\n22 GNU.sparse.minor=0\n"


@pytest.mark.parametrize("sparse", [with_headers((b"S", b"")), with_headers((b"x", SPARSE), (b"0", b"1\n0\n1\n"))])
def test_the_map_of_a_sparse_file_is_not_read_into_memory(sparse: io.BytesIO) -> None:
    with pytest.raises(MigrateError) as refused:
        applied(sparse)

    assert refused.value.message == (
        "a layer of the image is hostile: it has a sparse file, which no builder of images makes"
    )


@pytest.mark.parametrize(
    ("broken", "kind"),
    [
        (with_headers(*[(tarfile.GNUTYPE_LONGNAME, b"name\0")] * 5000), "RecursionError"),
        (io.BytesIO(lzma.compress(layer(("app/x.py", b"x"), compressed=False).getvalue())), "ReadError"),
        (io.BytesIO(bz2.compress(layer(("app/x.py", b"x"), compressed=False).getvalue())), "ReadError"),
    ],
)
def test_what_is_packed_in_another_way_or_never_ends_is_broken(broken: io.BytesIO, kind: str) -> None:
    with pytest.raises(MigrateError) as refused:
        applied(broken)

    assert (refused.value.message, refused.value.hint) == (
        f"a layer cannot be unpacked ({kind})",
        "name the folder of its sources with `--source`",
    )


class Full(io.BytesIO):
    """A file on a disk that is full."""

    def write(self, _content: Any) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_is_named_and_not_taken_for_a_broken_layer() -> None:
    with pytest.raises(MigrateError) as failed:
        ImageFiles(Full(), "/app").apply(layer(("app/main.py", b"main")), "layer 1 of 2 of its image")

    assert (failed.value.message, failed.value.hint) == (
        "layer 1 of 2 of its image cannot be kept: No space left on device",
        "make room there, or name a folder on another disk in the variable TMPDIR",
    )


class Sparse(io.RawIOBase):
    """A layer with one file of a gigabyte, which takes no room; keeps how much of it was asked for at once."""

    size = 2**30
    zeros = bytes(2**20)

    def __init__(self) -> None:
        header = tarfile.TarInfo("models/large.bin")
        header.size = self.size
        self.head = header.tobuf()
        self.at, self.most = 0, 0

    def seek(self, offset: int, _whence: int = 0) -> int:
        self.at = offset
        return offset

    def read(self, size: int = -1) -> bytes:
        assert size >= 0
        self.most = max(self.most, size)
        if self.at < len(self.head):
            piece = self.head[self.at : self.at + size]
        else:
            piece = self.zeros[: min(size, len(self.head) + self.size + 10_240 - self.at)]
        self.at += len(piece)
        return piece


def test_a_layer_of_gigabytes_is_read_in_pieces() -> None:
    huge: Any = Sparse()
    tracemalloc.start()
    try:
        files = applied(huge)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert (files.files, huge.most) == ({}, 2**20)
    assert peak < 8 * 2**20


def test_a_header_that_would_fill_the_memory_is_refused() -> None:
    header = tarfile.TarInfo("././@LongLink")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 2**33
    bomb = io.BytesIO(header.tobuf(tarfile.GNU_FORMAT) + bytes(10_240))

    with pytest.raises(MigrateError, match="a header is longer than 1 MB"):
        applied(bomb)


def test_an_image_that_unpacks_to_more_than_lambda_takes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_files, "LARGEST_IMAGE", 100)

    with pytest.raises(MigrateError, match="unpacks to more than the 10 GB"):
        applied(layer(("elsewhere/a", bytes(60))), layer(("elsewhere/b", bytes(60))))
