"""The keys as the tool knows them: ids may be shown, values never."""

from __future__ import annotations

import re

import pytest

from lambda_migrate.errors import ConfigError
from lambda_migrate.function.signing_keys import SigningKeys, describe, identifier_in, next_identifier, parse

TWO = SigningKeys((("k2", "hush"), ("k1", "hush:hush")))


def test_they_are_read_in_their_order_the_first_signs() -> None:
    assert parse("k2:hush, k1:hush:hush", "ssm:/keys") == TWO
    assert (TWO.identifiers, TWO.describe()) == (["k2", "k1"], "k2 signs, k1 is valid too")
    assert (describe([]), describe(["a", "b", "c"])) == ("no key", "a signs, b, c are valid too")


def test_values_are_in_no_representation() -> None:
    assert "hush" not in f"{TWO} {TWO!r}"


@pytest.mark.parametrize("text", ["", "hush", "k1:", ":hush", "k1:hush,", "k1:hush,k1:hush"])
def test_what_is_written_otherwise_is_refused_without_its_words(text: str) -> None:
    with pytest.raises(ConfigError, match=r"^`ssm:/keys` is not written as id:secret\[,id:secret\]$"):
        parse(text, "ssm:/keys")


def test_arranging_keeps_the_values_of_known_keys_and_makes_the_others() -> None:
    pairs = TWO.arranged(["k3", "k2"]).pairs

    assert [identifier for identifier, _ in pairs] == ["k3", "k2"]
    assert pairs[1] == ("k2", "hush")
    assert re.fullmatch(r"[\w-]{43}", pairs[0][1])
    assert TWO.arranged(["k3"]).pairs != TWO.arranged(["k3"]).pairs


def test_a_key_that_is_not_there_is_named() -> None:
    assert TWO.secret("k2") == "hush"
    with pytest.raises(ConfigError, match="the signing key `k3` does not exist"):
        TWO.secret("k3")


@pytest.mark.parametrize(
    ("known", "following"),
    [([], "k1"), (["k1"], "k2"), (["k9", "k10"], "k11"), (["mine", "", "kx", "K7"], "k1")],
)
def test_the_next_one_is_counted_up(known: list[str], following: str) -> None:
    assert next_identifier(known) == following


@pytest.mark.parametrize(
    ("value", "identifier"), [("k2:hush,k1:x", "k2"), (" k2 :hush", "k2"), ("hush", ""), ("", ""), ("hush,k1:x", "")]
)
def test_the_id_of_the_key_that_signs_is_read_and_nothing_that_could_be_a_value(value: str, identifier: str) -> None:
    assert identifier_in(value) == identifier
