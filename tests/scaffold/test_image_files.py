"""Layers of images, applied as containers see them: whiteouts, links, devices, and what is hostile."""

from __future__ import annotations

import gzip
import io
import tarfile
from typing import Any

import pytest

from lambda_migrate.errors import MigrateError
from lambda_migrate.scaffold import image_files
from lambda_migrate.scaffold.image_files import ImageFiles

FILE, FOLDER, SYMBOLIC, HARD, DEVICE = b"0", b"5", b"2", b"1", b"3"


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
        (layer(("app/model.bin", bytes(10_001))), "the code in the image is larger than 0 MB, with `/app/model.bin`"),
    ],
)
def test_what_is_hostile_broken_or_too_large_is_refused(broken: io.BytesIO, reason: str) -> None:
    with pytest.raises(MigrateError) as refused:
        applied(broken)

    assert reason in refused.value.message


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
