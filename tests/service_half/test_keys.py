"""Signing keys: two at once, rotated in a file while the service runs, never told."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from serving.environment import Environment
from serving.lambda_migrate.keys import Keys, parse

if TYPE_CHECKING:
    from pathlib import Path


def replace(file: Path, text: str) -> None:
    fresh = file.with_suffix(".new")
    fresh.write_text(text)
    fresh.replace(file)


def test_keys_are_read_by_id() -> None:
    assert parse("k1:a:b, k2:c") == {"k1": b"a:b", "k2": b"c"}
    assert parse("") == {}


@pytest.mark.parametrize("text", ["topsecret", "k1:", ":topsecret", "k1:topsecret,k1:other", "k 1:topsecret"])
def test_a_wrong_key_is_told_without_its_secret(text: str) -> None:
    with pytest.raises(ValueError, match=r"^key \d must be written id:secret, each id once$"):
        parse(text)


def test_a_rotation_needs_no_restart(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    seen = []
    keys = Keys({}, file)
    seen.append(keys.current())
    for text in ("k1:a", "k2:b,k1:a", "k2:b\n"):
        replace(file, text)
        seen.append(keys.current())
    file.unlink()
    seen.append(keys.current())
    assert seen == [{}, {"k1": b"a"}, {"k2": b"b", "k1": b"a"}, {"k2": b"b"}, {}]


def test_a_file_that_is_broken_keeps_the_last_keys(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "keys"
    keys = Keys({}, file)
    replace(file, "k1:a")
    keys.current()
    replace(file, "topsecret")
    assert keys.current() == {"k1": b"a"}
    assert keys.current() == {"k1": b"a"}
    assert "topsecret" not in caplog.text
    assert caplog.text.count("the last ones stay") == 1


def test_an_edit_in_place_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text("k1:a")
    keys = Keys({}, file)
    keys.current()
    file.write_text("k1:b")
    os.utime(file, ns=(1, 1))
    assert keys.current() == {"k1": b"b"}


def test_wrong_variables_are_named() -> None:
    environment = Environment(
        {"LAMBDA_MIGRATE_SIGNING_KEYS": "topsecret", "LAMBDA_MIGRATE_SIGNING_KEYS_FILE": "/no/such"}
    )
    Keys.read(environment)
    assert environment.problems == [
        "LAMBDA_MIGRATE_SIGNING_KEYS: key 1 must be written id:secret, each id once",
        "LAMBDA_MIGRATE_SIGNING_KEYS_FILE: `/no/such` does not exist",
    ]
