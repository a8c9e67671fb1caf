"""What must outlast a power cut is on the disk before anybody goes on: records, and files that replace others."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.engine.ledger import Identity, Ledger
from lambda_migrate.regular_file import create, replace

if TYPE_CHECKING:
    from collections.abc import Callable

ORDERS = Identity("123456789012", "eu-west-1", "arn:aws:lambda:eu-west-1:123456789012:function:orders")
ME = "arn:aws:iam::123456789012:user/alice"


@pytest.fixture
def flushed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bytes]]:
    """What is flushed: the name of the file, and what was in it by then; nothing for a folder."""
    seen: list[tuple[str, bytes]] = []

    def flush(handle: int) -> None:
        path = Path(f"/proc/self/fd/{handle}").readlink()
        seen.append((path.name, path.read_bytes() if path.is_file() else b""))

    monkeypatch.setattr(os, "fsync", flush)
    return seen


def test_each_record_is_flushed_and_with_the_first_one_the_folder(
    tmp_path: Path, flushed: list[tuple[str, bytes]]
) -> None:
    path = tmp_path / "ledger.yaml"
    with Ledger.open(path, ORDERS, command="cutover", by=ME) as ledger:
        first = path.read_bytes()
        ledger.note("tried")
        second = path.read_bytes()

    assert [each for each in flushed if each[0] in ("ledger.yaml", tmp_path.name)] == [
        ("ledger.yaml", first),
        (tmp_path.name, b""),
        ("ledger.yaml", second),
    ]
    assert len(first) < len(second)


@pytest.mark.parametrize("write", [create, lambda path, content: replace(path, content, 0o600)])
def test_a_file_is_flushed_before_it_gets_its_name(
    write: Callable[[Path, bytes], object], tmp_path: Path, flushed: list[tuple[str, bytes]]
) -> None:
    path = tmp_path / "policy.json"

    write(path, b"{}")

    ((name, content),) = flushed
    assert (name.startswith(".policy.json."), content, path.read_bytes()) == (True, b"{}", b"{}")
