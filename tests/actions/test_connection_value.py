"""What EventBridge takes as the value of a header is known before anything is made."""

from __future__ import annotations

import itertools
import re

import botocore.session
import pytest

from lambda_migrate.actions.eventbridge.create_connection import LONGEST, unusable


def test_it_is_what_the_service_model_says() -> None:
    model = botocore.session.get_session().get_service_model("events")
    parameters = model.operation_model("CreateConnection").input_shape.members["AuthParameters"]
    shape = parameters.members["ApiKeyAuthParameters"].members["ApiKeyValue"]
    pattern = re.compile(shape.metadata["pattern"].strip("^$"))
    alphabet = ["a", "b", ":", " ", "\t", "\n", "\x7f", "é", "~"]
    values = ["".join(letters) for length in range(1, 5) for letters in itertools.product(alphabet, repeat=length)]

    differing = [value for value in values if bool(pattern.fullmatch(value)) is bool(unusable(value))]

    assert [value for value in differing if value.strip()] == []
    assert shape.metadata["max"] == LONGEST


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("c2VjcmV0", ""),
        ("two words", ""),
        ("k1:secret", "holds a colon or a control character, which EventBridge does not take"),
        ('{"key": "secret"}', "holds a JSON document, and has to hold the bare key"),
        ("line\n", "holds a colon or a control character, which EventBridge does not take"),
        ("", "is empty"),
        ("a" * 513, "holds 513 characters, and EventBridge takes 512"),
    ],
)
def test_what_it_refuses_is_named_and_not_repeated(value: str, problem: str) -> None:
    assert unusable(value) == problem
