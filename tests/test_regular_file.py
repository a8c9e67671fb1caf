from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.regular_file import create, make_private_folder, open_regular, read_regular, replace, write_private

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def umask_000() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_what_is_private_is_its_owners_alone_and_so_are_the_folders_that_were_made(tmp_path: Path) -> None:
    path = tmp_path / "one" / "two" / "secret"

    write_private(path, b"first")
    write_private(path, b"second")

    assert (path.read_bytes(), mode(path), mode(path.parent), mode(path.parent.parent)) == (
        b"second",
        0o600,
        0o700,
        0o700,
    )
    assert [each.name for each in path.parent.iterdir()] == ["secret"]


def test_a_folder_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)

    make_private_folder(tmp_path / "new")

    assert (mode(tmp_path), mode(tmp_path / "new")) == (0o755, 0o700)


def test_a_link_is_replaced_not_followed(tmp_path: Path) -> None:
    victim, path = tmp_path / "victim", tmp_path / "file"
    victim.write_text("precious")
    path.symlink_to(victim)

    replace(path, b"new", 0o640)

    assert (victim.read_text(), path.read_bytes(), path.is_symlink(), mode(path)) == ("precious", b"new", False, 0o640)


@pytest.mark.parametrize("kind", ["file", "link", "dangling link"])
def test_what_is_there_is_not_created_again(kind: str, tmp_path: Path) -> None:
    path, target = tmp_path / "file", tmp_path / "target"
    if kind == "file":
        path.write_text("theirs")
    else:
        path.symlink_to(target)
    if kind == "link":
        target.write_text("theirs")

    with pytest.raises(FileExistsError):
        create(path, b"ours")

    assert target.exists() is (kind == "link")
    assert [each.name for each in tmp_path.iterdir() if each.name.endswith(".new")] == []


@pytest.mark.parametrize("file_mode", ["rb", "ab", "r+b"])
def test_a_pipe_a_device_and_a_folder_are_refused_at_once(file_mode: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "device").symlink_to("/dev/zero")
    (tmp_path / "folder").mkdir()

    for name in ("pipe", "device", "folder"):
        with pytest.raises(OSError, match=r"not a regular file|directory|No such device"):
            open_regular(tmp_path / name, file_mode).close()


def test_a_file_that_is_longer_than_it_may_be_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"12345")

    assert read_regular(path, 5) == b"12345"
    with pytest.raises(OSError, match="File too large"):
        read_regular(path, 4)
