"""Reading migration.yaml; mistakes in it, as a user sees them, are in tests/failures/test_configuration.py."""

from __future__ import annotations

import json

import pytest

from lambda_migrate.config import parse
from lambda_migrate.errors import ConfigError


def test_the_older_name_of_a_key_is_read() -> None:
    older, today = (parse(f"function: orders\ncutover: {{{key}: false}}\n") for key in ("settle", "propagation"))

    assert older == today
    assert not today.cutover.propagation
    with pytest.raises(ConfigError, match=r"migration\.yaml:2 cutover\.settle: unknown key"):
        parse("function: orders\ncutover: {settle: false, propagation: false}\n")


@pytest.mark.parametrize("given", ["x-tenant", "$", "header:", "users[].iban"])
def test_what_would_redact_nothing_is_refused(given: str) -> None:
    block = "function: orders\nproxy:\n  record:\n    until: 2026-09-30\n    redact: [{}]\n"
    with pytest.raises(ConfigError, match=r"migration\.yaml:5 proxy\.record\.redact\.0: .* would redact nothing"):
        parse(block.format(json.dumps(given)))

    kept = ["header:X-Tenant", "query:email", "$.users[].iban", "$[].iban", "$.*"]
    told = parse(block.format(json.dumps(kept)[1:-1])).proxy.record
    assert told is not None
    assert told.redact == kept


@pytest.mark.parametrize(
    "given",
    [
        "arn:aws:lambda:eu-west-1:123456789012:function:orders",
        "123456789012:function:orders:live",
        "function:orders",
    ],
)
def test_a_function_goes_by_its_name_and_not_by_its_arn(given: str) -> None:
    with pytest.raises(ConfigError) as wrong:
        parse(f"version: 1\nfunction: {given}\n")

    assert wrong.value.message == f"migration.yaml:2 function: has to be the function's name, `orders`, not `{given}`"
    assert wrong.value.hint == "its region goes into `region`, its account into `account`"
