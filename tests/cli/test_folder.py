"""The folder of a migration: what a repository must not track, and which ledger belongs to which configuration."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.engine.ledger import Identity, Ledger
from lambda_migrate.regular_file import make_private_folder, write_private
from tests.support.screen import call

if TYPE_CHECKING:
    from pathlib import Path


def begun(path: Path, function: str) -> None:
    identity = Identity("123456789012", "eu-west-1", f"arn:aws:lambda:eu-west-1:123456789012:function:{function}")
    Ledger.open(path, identity, command="test", by="me").close()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "migration.yaml").write_text("function: orders\n")
    (tmp_path / "billing.yaml").write_text("function: billing\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_no_repository_tracks_what_belongs_to_this_machine(folder: Path) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    write_private(folder / ".lambda-migrate" / "backup" / "orders" / "configuration.json", b"hunter2")

    subprocess.run(["git", "add", "--all"], cwd=folder, check=True)
    tracked = subprocess.run(["git", "ls-files"], cwd=folder, check=True, capture_output=True, text=True).stdout

    assert tracked.split() == ["billing.yaml", "migration.yaml"]


def test_a_gitignore_that_somebody_changed_stays(folder: Path) -> None:
    make_private_folder(folder / ".lambda-migrate")
    (folder / ".lambda-migrate" / ".gitignore").write_text("backup\n")
    make_private_folder(folder / ".lambda-migrate" / "service")

    assert (folder / ".lambda-migrate" / ".gitignore").read_text() == "backup\n"


def test_two_configurations_in_one_folder_have_ledgers_of_their_own(folder: Path) -> None:
    begun(folder / "ledger.yaml", "orders")
    begun(folder / "billing.ledger.yaml", "billing")

    ledgers = [
        call("history", "-c", name, "--json").json["data"]["ledger"] for name in ("migration.yaml", "billing.yaml")
    ]

    assert [call("status", "-c", name).code for name in ("migration.yaml", "billing.yaml")] == [0, 0]
    assert ledgers == ["ledger.yaml", "billing.ledger.yaml"]


def test_a_ledger_that_was_begun_under_the_shared_name_is_carried_on(folder: Path) -> None:
    begun(folder / "ledger.yaml", "billing")

    assert call("history", "-c", "billing.yaml", "--json").json["data"]["ledger"] == "ledger.yaml"


def test_a_ledger_that_is_named_is_taken(folder: Path) -> None:
    (folder / "billing.yaml").write_text("function: billing\nledger: ours.yaml\n")

    assert call("history", "-c", "billing.yaml", "--json").json["data"]["ledger"] == "ours.yaml"
