from __future__ import annotations

import re

import pytest

from lambda_migrate.file_names import file_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("orders", "orders"),
        ("own:7", "own-7"),
        ("a" * 200, "a" * 200),
        ("ab/+" + "x" * 39 + "=", "ab_-" + "x" * 39 + "="),
    ],
)
def test_what_aws_names_keeps_its_name(text: str, name: str) -> None:
    assert file_name(text) == name


@pytest.mark.parametrize(
    "text",
    ["../orders", "..", ".", "", "/etc/passwd", "a/../../b", "a\0b", "a" * 201, "é", "a\nb", "~", "\ud800", "-.:"],
)
def test_what_would_lead_elsewhere_is_named_by_its_hash(text: str) -> None:
    assert re.fullmatch(r"[0-9a-f]{64}|-\.-", file_name(text))
