"""Reading code: what is hostile or too large is refused, with nothing written."""

from __future__ import annotations

import io
import stat
import zipfile
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.errors import MigrateError
from lambda_migrate.scaffold import from_directory, from_zip
from tests.scaffold.packages import zipped

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "name",
    [
        *("/etc/passwd", "../evil.py", "a/../../evil.py", "C:/evil.py", "a\\..\\evil.py", "a\nb.py", "a\x1b[2J.py"),
        *("..", ".", f"{'x' * 253}.py", f"{'a/' * 512}b.py"),
    ],
)
def test_a_path_that_leads_out_is_refused(name: str) -> None:
    with pytest.raises(MigrateError, match="the function's package is hostile") as caught:
        from_zip(zipped({"main.py": "", name: "x"}))
    assert "nothing was written" in caught.value.hint
    assert caught.value.message.isprintable()


def _special(mode: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        entry = zipfile.ZipInfo("innocent.py")
        entry.external_attr = mode << 16
        archive.writestr(entry, "/etc/passwd")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("mode", "reason"),
    [(stat.S_IFLNK | 0o777, "is a link"), (stat.S_IFIFO, "is not a plain file"), (stat.S_IFCHR, "is not a plain file")],
)
def test_what_is_no_file_is_refused(mode: int, reason: str) -> None:
    with pytest.raises(MigrateError, match=f"`innocent.py` {reason}"):
        from_zip(_special(mode))


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("zeros", "w") as file:
        for _ in range(301):
            file.write(bytes(1024 * 1024))
    assert len(buffer.getvalue()) < 1024 * 1024
    with pytest.raises(MigrateError, match="unpacks to 301 MB in 1 files"):
        from_zip(buffer.getvalue())


def test_too_many_files_are_refused() -> None:
    with pytest.raises(MigrateError, match="in 50001 files"):
        from_zip(zipped({f"f{number}": "" for number in range(50_001)}))


def test_a_file_that_is_there_twice_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("main.py", "good")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("main.py", "evil")
    with pytest.raises(MigrateError, match=r"holds `main\.py` twice"):
        from_zip(buffer.getvalue())


def test_a_file_that_is_a_folder_too_is_refused() -> None:
    with pytest.raises(MigrateError, match="holds `a` both as file and as folder"):
        from_zip(zipped({"a": "", "a/b.py": ""}))


def test_what_is_no_zip_is_refused() -> None:
    with pytest.raises(MigrateError, match="is not a zip file"):
        from_zip(b"\x7fELF")


def test_a_broken_zip_is_told_when_it_is_read() -> None:
    content = bytearray(zipped({"main.py": "app = 1\n" * 100}))
    content[45] ^= 0xFF
    source = from_zip(bytes(content))
    with pytest.raises(MigrateError, match=r"`main.py` in the function's package cannot be unpacked"):
        source.read("main.py")


COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_a_zip_with_any_byte_wrong_is_read_or_told(compression: int) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        archive.writestr("main.py", "app = 1\n" * 20)
        archive.writestr("b/\u00e4.py", "x = 1\n")
    told = 0
    for number in range(len(buffer.getvalue())):
        for mask in (0x01, 0x80, 0xFF):
            content = bytearray(buffer.getvalue())
            content[number] ^= mask
            try:
                source = from_zip(bytes(content))
                for path in source.paths:
                    source.read(path)
            except MigrateError as error:
                told += error.message.isprintable() and bool(error.hint)
    assert told > len(buffer.getvalue())


def test_a_zip_that_ends_early_is_told() -> None:
    content = zipped({"main.py": "app = 1\n" * 100})
    for length in range(len(content)):
        with pytest.raises(MigrateError, match="is not a zip file"):
            from_zip(content[:length])


def test_a_zip_written_in_one_go_or_as_a_large_one_is_read() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    pipe, large = Pipe(), io.BytesIO()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("main.py", "app = 1\n")
    with zipfile.ZipFile(large, "w") as archive, archive.open("main.py", "w", force_zip64=True) as file:
        file.write(b"app = 1\n")
    assert [from_zip(each.getvalue()).read("main.py") for each in (pipe, large)] == [b"app = 1\n"] * 2


def test_a_zip_is_read_file_by_file() -> None:
    source = from_zip(zipped({"b/c.py": "two", "a.py": b"\xef\xbb\xbfone"}))
    assert source.paths == ("a.py", "b/c.py")
    assert source.read("a.py") == b"\xef\xbb\xbfone"


def test_a_folder_is_read_without_caches_and_links(tmp_path: Path) -> None:
    for name in ("a.py", "b/c.py", ".venv/x.py", "b/__pycache__/c.pyc", ".git/config", "node_modules/y.js", ".hg/x"):
        file = tmp_path / "code" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)
    (tmp_path / "secret").write_text("outside")
    (tmp_path / "code" / "link.py").symlink_to(tmp_path / "secret")
    (tmp_path / "code" / "around").symlink_to(tmp_path)
    source = from_directory(tmp_path / "code")
    assert source.paths == ("a.py", "b/c.py")
    assert source.skipped == ("around", "link.py")
    assert source.read("b/c.py") == b"b/c.py"


def test_a_repository_that_init_has_written_into_the_folder_is_left_out(tmp_path: Path) -> None:
    for name in ("main.py", "service/.lambda-migrate.json", "service/src/main.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}")
    assert from_directory(tmp_path).paths == ("main.py",)


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(MigrateError, match="is not a directory"):
        from_directory(tmp_path / "missing")


def test_a_file_that_goes_while_it_is_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("")
    source = from_directory(tmp_path)
    (tmp_path / "main.py").unlink()
    with pytest.raises(MigrateError, match=r"main\.py` cannot be read: No such file or directory"):
        source.read("main.py")


def test_a_name_that_no_text_can_hold_is_told(tmp_path: Path) -> None:
    (tmp_path / "caf\udce9.py").write_text("")
    with pytest.raises(MigrateError, match=r"caf\\udce9\.py` has an invalid name"):
        from_directory(tmp_path)
