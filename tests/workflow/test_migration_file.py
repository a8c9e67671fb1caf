"""migration.yaml is written over nothing that came while `init` asked, and through no link."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.errors import ConfigError
from lambda_migrate.scaffold import Write
from lambda_migrate.workflow import migration_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MEANWHILE: dict[str, Callable[[Path, Path], None]] = {
    "a link": lambda path, victim: path.symlink_to(victim),
    "a link to nothing": lambda path, victim: path.symlink_to(victim.with_name("nothing")),
    "another file": lambda path, _victim: path.write_text("function: theirs\n") and None,
    "a folder": lambda path, _victim: path.mkdir(),
    "a pipe": lambda path, _victim: os.mkfifo(path),
}


@pytest.mark.parametrize("before", [None, b"function: old\n"])
@pytest.mark.parametrize("what", MEANWHILE)
def test_what_comes_while_it_asks_is_left_alone(what: str, before: bytes | None, tmp_path: Path) -> None:
    path, victim = tmp_path / "migration.yaml", tmp_path / "victim"
    victim.write_bytes(before or b"precious")
    planned = Write(str(path), b"function: orders\n", "changed" if before else "created", before)
    MEANWHILE[what](path, victim)
    there = path.lstat()

    with pytest.raises(ConfigError):
        migration_file.write(planned)

    assert victim.read_bytes() == before or b"precious"
    assert (path.lstat().st_ino, sorted(each.name for each in tmp_path.iterdir())) == (
        there.st_ino,
        ["migration.yaml", "victim"],
    )


@pytest.mark.parametrize("before", [None, b"function: old\n", b""])
def test_it_is_written_in_full_and_nobody_else_may_change_it(before: bytes | None, tmp_path: Path) -> None:
    path, umask = tmp_path / "migration.yaml", os.umask(0)
    try:
        if before is not None:
            path.write_bytes(before)
            path.chmod(0o640)
        migration_file.write(Write(str(path), b"function: orders\n", "created", before))
    finally:
        os.umask(umask)

    mode = 0o644 if before is None else 0o640
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"function: orders\n", mode)
    assert [each.name for each in tmp_path.iterdir()] == ["migration.yaml"]
