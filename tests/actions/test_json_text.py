"""Texts inside of JSON that people wrote: one is changed, every other byte stays."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_migrate.actions.json_text import escaped, replaced, strings

WRITTEN = """{ "States": {"A/b~c": {"Resource": "arn:x" , "List":[1, "two", {"c":"d"} ,true,"\\u00e9"]}},
 "n": 1.50, "Comment":"say \\"hi\\": you", "": "" }"""


def test_every_text_has_its_pointer() -> None:
    assert strings(WRITTEN) == {
        "/States/A~1b~0c/Resource": "arn:x",
        "/States/A~1b~0c/List/1": "two",
        "/States/A~1b~0c/List/2/c": "d",
        "/States/A~1b~0c/List/4": "é",
        "/Comment": 'say "hi": you',
        "/": "",
    }
    assert strings('"alone"') == {"": "alone"}
    assert strings("[]") == {}


def test_what_is_replaced_changes_and_nothing_else() -> None:
    changed = replaced(WRITTEN, {"/States/A~1b~0c/Resource": "arn:x:live", "/Comment": 'say "hi": you'})

    assert changed == WRITTEN.replace('"arn:x"', '"arn:x:live"')
    assert replaced(changed, {"/States/A~1b~0c/Resource": "arn:x"}) == WRITTEN


def test_what_is_not_json_or_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="Expecting"):
        strings("{")
    with pytest.raises(KeyError):
        replaced(WRITTEN, {"/n": "1"})


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_any_document_there_and_back_is_itself(document: object, indent: int | str | None, ascii_only: bool) -> None:
    text = json.dumps(document, indent=indent, ensure_ascii=ascii_only)
    found = strings(text)

    assert found == {pointer: value for pointer, value in leaves(document).items() if isinstance(value, str)}
    other = replaced(text, dict.fromkeys(found, "other"))
    assert strings(other) == dict.fromkeys(found, "other")
    assert json.loads(replaced(other, found)) == document


def leaves(document: object, pointer: str = "") -> dict[str, object]:
    if isinstance(document, dict):
        parts = [(escaped(str(name)), each) for name, each in document.items()]
    elif isinstance(document, list):
        parts = [(str(place), each) for place, each in enumerate(document)]
    else:
        return {pointer: document}
    return {path: leaf for name, each in parts for path, leaf in leaves(each, f"{pointer}/{name}").items()}
