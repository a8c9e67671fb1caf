"""Files that are made to take long: readers answer in a moment, or say that they cannot read them."""

from __future__ import annotations

import time

import pytest

from lambda_migrate.declarations import hcl, yaml_text
from lambda_migrate.declarations.model import Unreadable

MANY = 40_000


@pytest.mark.parametrize("piece", ["a = <<X\n", "a[", '"a${', "/*", '"${"', "a[0].b["])
def test_what_does_not_end_is_searched_for_once(piece: str) -> None:
    started = time.process_time()
    hcl.parse(piece * MANY)

    assert time.process_time() - started < 20  # it took minutes


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("inside", ["", "it's a \"quote { [\n", "EOF2\n  EOFX\n"])
@pytest.mark.parametrize("begin", ["<<EOF", "<<-EOF"])
def test_a_heredoc_ends_with_its_mark(begin: str, inside: str, ending: str) -> None:
    text = f"a = {begin}\n{inside}  EOF\nb = 1\nc = <<EOF\nEOF\nd {{\n}}\n".replace("\n", ending)

    assert sorted(hcl.values(text)) == ["a", "b", "c"]
    assert [(each.kind, each.line) for each in hcl.parse(text)] == [("d", 6 + inside.count("\n"))]


@pytest.mark.parametrize("depth", [600, 900, 5000])
def test_json_that_is_nested_too_deeply_is_unreadable(depth: int) -> None:
    with pytest.raises(Unreadable):
        yaml_text.load('{"a":' * depth + "1" + "}" * depth)
