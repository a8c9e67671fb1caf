"""Layers of images, applied as containers see them: whiteouts, links, devices, and what is hostile."""

from __future__ import annotations

import bz2
import errno
import gzip
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


def test_the_code_is_kept_and_the_rest_of_the_image_is_not() -> None:
    files = applied(
        layer(("etc/passwd", b"root"), ("./app/main.py", b"one"), ("app/.venv/lib/x.py", b"no")),
        layer(("/app/main.py", b"two"), ("app/empty", b""), compressed=False),
    )

    assert contents(files) == {"app/main.py": b"two", "app/empty": b""}
    assert (files.folder, files.files["app/main.py"].mode) == ("app", 0o755)


@pytest.mark.parametrize(
    ("upper", "left"),
    [
        ([("app/.wh.a.py", b"")], {"app/b/c.py", "app/b/d.py"}),
        ([("app/.wh.b", b"")], {"app/a.py"}),
        ([("app/.wh..wh..opq", b""), ("app/new.py", b"n")], {"app/new.py"}),
        ([("app/new.py", b"n"), ("app/.wh..wh..opq", b"")], {"app/new.py"}),
        ([("app/b/c.py", b"n"), ("app/.wh.b", b"")], {"app/a.py", "app/b/c.py"}),
        ([(".wh..wh..opq", b"")], set()),
        ([(".wh.app", b"")], set()),
        ([("app/.wh..wh.plnk", b"")], {"app/a.py", "app/b/c.py", "app/b/d.py"}),
        ([("app/b", b"now a file")], {"app/a.py", "app/b"}),
        ([("app/b", b"file"), ("app/b/e.py", b"folder again")], {"app/a.py", "app/b/e.py"}),
        ([("app/a.py", (FOLDER, "")), ("app/a.py/f.py", b"f")], {"app/a.py/f.py", "app/b/c.py", "app/b/d.py"}),
        ([("app/b", (SYMBOLIC, "/srv"))], {"app/a.py"}),
        ([("app/a.py", (DEVICE, ""))], {"app/b/c.py", "app/b/d.py"}),
    ],
)
def test_a_layer_hides_and_replaces_what_is_below(upper: list[Any], left: set[str]) -> None:
    lower = layer(("app/a.py", b"a"), ("app/b/c.py", b"c"), ("app/b/d.py", b"d"))

    assert set(applied(lower, layer(*upper)).files) == left


def test_links_lead_inside_the_image_and_are_not_files() -> None:
    files = applied(
        layer(("srv/real/main.py", b"m"), ("app", (SYMBOLIC, "srv/here")), ("srv/here", (SYMBOLIC, "../../srv/real"))),
        layer(("app/more.py", b"more"), ("app/link", (SYMBOLIC, "/etc/passwd")), ("app/null", (DEVICE, ""))),
    )

    assert files.folder == "srv/real"
    assert contents(files) == {"srv/real/more.py": b"more"}
    assert files.skipped == ["srv/real/link", "srv/real/null"]


def test_hard_links_are_the_files_that_they_name_wherever_those_are() -> None:
    files = applied(
        layer(("app/a.py", b"a"), ("lower/c.py", b"c")),
        layer(
            ("cache/b.py", b"b"),
            ("app/same.py", (HARD, "app/a.py")),
            ("app/b.py", (HARD, "cache/b.py")),
            ("app/lost.py", (HARD, "lower/c.py")),
        ),
    )

    assert contents(files) == {"app/a.py": b"a", "app/same.py": b"a", "app/b.py": b"b"}
    assert files.skipped == ["app/lost.py"]


def test_of_installed_packages_names_are_kept_and_contents_of_what_is_text() -> None:
    packages = "usr/local/lib/python3.12/site-packages"
    files = applied(layer((f"{packages}/a/__init__.py", b"code"), (f"{packages}/a/b.so", b"binary")))

    assert set(files.files) == {f"{packages}/a/__init__.py", f"{packages}/a/b.so"}
    assert files.read(f"{packages}/a/__init__.py") == b"code"
    assert files.python == "3.12"
    with pytest.raises(KeyError):
        files.read(f"{packages}/a/b.so")


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


def test_code_that_came_before_the_link_to_it_is_missed_and_that_is_told() -> None:
    def both(*order: int, folder: str = "/app") -> ImageFiles:
        layers = [layer(("srv/app/main.py", b"main")), layer(("app", (SYMBOLIC, "/srv/app")))]
        return applied(*(layers[each] for each in order), folder=folder)

    missed, found = both(0, 1), both(1, 0)
    again = both(0, 1, folder=f"/{missed.folder}")

    assert (missed.moved, missed.folder, contents(missed)) == (True, "srv/app", {})
    assert contents(found) == {"srv/app/main.py": b"main"}
    assert (again.moved, contents(again)) == (False, {"srv/app/main.py": b"main"})


@pytest.mark.parametrize(
    ("upper", "left"),
    [
        ([("link/.wh..wh..opq", b""), ("link/new.py", b"n")], {"app/new.py"}),
        ([("link/.wh.a.py", b"")], {"app/b.py"}),
        ([(".wh.link", b""), ("link/a.py", b"not of the code")], {"app/a.py", "app/b.py"}),
        ([("app/a.py", (HARD, "app/b.py")), ("app/.wh.b.py", b"")], {"app/a.py"}),
        ([("app/pipe", (FIFO, "")), ("app/tty", (CHARACTER, "")), ("app/odd", (b"Z", ""))], {"app/a.py", "app/b.py"}),
        ([("app/a.py", (SYMBOLIC, "a.py"))], {"app/b.py"}),
    ],
)
def test_what_is_hidden_by_way_of_links_and_what_is_no_file(upper: list[Any], left: set[str]) -> None:
    lower = layer(("app/a.py", b"a"), ("app/b.py", b"b"), ("link", (SYMBOLIC, "app")))

    assert set(applied(lower, layer(*upper)).files) == left


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

    with pytest.raises(MigrateError, match="an entry is smaller than nothing"):
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
