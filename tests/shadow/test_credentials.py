"""Credentials in the place of those that were redacted."""

from __future__ import annotations

import pytest

from lambda_migrate.errors import ConfigError
from lambda_migrate.shadow.credentials import parse, put_in

GIVEN = {"authorization": "Bearer test"}


def test_only_what_was_redacted_is_replaced_in_whatever_form_headers_have() -> None:
    event = {
        "headers": {"Authorization": "[redacted]", "x-api-key": "[redacted]", "a": "b"},
        "multiValueHeaders": {"Authorization": ["[redacted]"]},
        "cookies": ["s=[redacted]"],
        "body": "[redacted]",
    }

    assert put_in(event, GIVEN) == {
        **event,
        "headers": {"Authorization": "Bearer test", "x-api-key": "[redacted]", "a": "b"},
        "multiValueHeaders": {"Authorization": ["Bearer test"]},
    }
    assert put_in({"headers": {"authorization": "Bearer own"}}, GIVEN) == {"headers": {"authorization": "Bearer own"}}
    assert put_in({"Records": []}, GIVEN) == {"Records": []}


@pytest.mark.parametrize("text", ["", "- a", "a: [hunter2]", "7: x", "{"])
def test_a_file_of_something_else_is_told_without_what_is_in_it(text: str) -> None:
    with pytest.raises(ConfigError) as raised:
        parse(text, "own.yaml")

    assert raised.value.message == "`own.yaml` does not hold headers"


def test_names_are_compared_in_lower_case() -> None:
    assert parse("Authorization: Bearer test", "own.yaml") == GIVEN
