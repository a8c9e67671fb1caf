"""What `status` reads of migration.yaml without its schema is what the schema says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambda_migrate.config import Migration, load
from lambda_migrate.workflow.outline import Outline

if TYPE_CHECKING:
    from pathlib import Path


def test_its_defaults_are_those_of_the_schema() -> None:
    assert Outline("orders") == Outline.of(Migration(function="orders"))


@pytest.mark.parametrize(
    "text",
    [
        "function: orders",
        "function: orders\nledger: other.yaml\nservice: {directory: repo}\n",
        "function: orders\nservice: {url: 'https://orders.example.com'}\n",
        'function: "007"\n',
    ],
)
def test_what_is_plainly_right_is_read_as_the_schema_reads_it(text: str, tmp_path: Path) -> None:
    path = tmp_path / "migration.yaml"
    path.write_text(text)

    assert Outline.read(path) == Outline.of(load(path))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "function: 7",
        "ledger: l.yaml",
        "function: ''",
        "function: a\nservice: 3",
        "function: a\nledger:",
        "{",
        "\x00",
    ],
)
def test_what_is_not_is_left_to_the_schema(text: str, tmp_path: Path) -> None:
    path = tmp_path / "migration.yaml"
    path.write_text(text)

    assert Outline.read(path) is None
    assert Outline.read(tmp_path / "absent.yaml") is None
