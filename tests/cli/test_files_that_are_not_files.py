"""Pipes, devices, folders, endless and bottomless files where a file of ours should be: one error, soon."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.screen import Answer

WRONG: dict[str, Callable[[Path], None]] = {
    "a pipe": os.mkfifo,
    "a folder": lambda path: path.mkdir(),
    "/dev/full": lambda path: path.symlink_to("/dev/full"),
    "/dev/zero": lambda path: path.symlink_to("/dev/zero"),
    "a link to itself": lambda path: path.symlink_to(path),
    "a link to a folder": lambda path: path.symlink_to(path.parent),
    "200,000 nested lists": lambda path: path.write_text("a: " + "[" * 200_000) and None,
    "200,000 nested structures": lambda path: path.write_text("{a: " * 200_000) and None,
    "10,000 nested lines": lambda path: path.write_text("\n".join(" " * each + "a:" for each in range(2000))) and None,
    "a list in a list in a list": lambda path: path.write_text("- " * 50_000) and None,
    "a number of 5,000 digits": lambda path: path.write_text("version: " + "9" * 5000) and None,
    "a date that is none": lambda path: path.write_text("function: 2026-99-99") and None,
    "half a character": lambda path: path.write_text('function: "\\ud800"') and None,
    "an anchor that leads to itself": lambda path: path.write_text("service: &a {url: *a}\naccept: &b [*b]") and None,
    "not UTF-8": lambda path: path.write_bytes(b"function: \xff") and None,
    "zeros": lambda path: path.write_bytes(b"\0" * 1000) and None,
}
COMMANDS = (["status"], ["history"], ["unlock", "--yes"])


@pytest.mark.parametrize("name", ["migration.yaml", "ledger.yaml", "ledger.lock", "ledger.index"])
@pytest.mark.parametrize("what", WRONG)
def test_whatever_stands_there_ends_in_one_error(
    what: str, name: str, run: Callable[..., Answer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in (("REGION", "eu-west-1"), ("ACCESS_KEY_ID", "x"), ("SECRET_ACCESS_KEY", "y")):
        monkeypatch.setenv(f"AWS_{variable}", value)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    if name != "migration.yaml":
        (tmp_path / "migration.yaml").write_text("function: orders\n")
    path = tmp_path / name
    WRONG[what](path)
    kind = stat.S_IFMT(path.lstat().st_mode)

    for command in COMMANDS:
        answer = run(*command, "--endpoint-url", "http://127.0.0.1:9")

        assert answer.code in (0, 1, 2), (command, answer.err)
        assert "unexpected" not in answer.err, (command, answer.err)
        assert answer.err.count("error: ") == (answer.code != 0), (command, answer.err)
    evicted = (name, kind) == ("ledger.lock", stat.S_IFREG)
    assert evicted or stat.S_IFMT(path.lstat().st_mode) == kind
